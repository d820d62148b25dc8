import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardFiles, panelQueries, readDashboard, type PanelQuery } from '../grafana/panels.js';
import { Prometheus, type FiringAlert } from '../prometheus/prometheus.js';
import { hurried, readRules } from '../prometheus/rule-file.js';
import { pause, WatchedCluster } from './watched-cluster.js';

/** How long anything may take; all of it together takes much less. */
const PATIENCE_MS = 60_000;

const SMALL = [
  '--preset=multi-mnist-smoke',
  '--set=data.batchSize=8',
  '--set=engine.threads=1',
  '--set=data.options={trainLimit: 200, validationLimit: 40, testLimit: 40}',
];

let cluster: WatchedCluster;
let prometheus: Prometheus;
let run: string;
beforeAll(async () => {
  cluster = await WatchedCluster.start(2);
  prometheus = await Prometheus.start(await cluster.processes(), hurried(readRules()));
  await cluster.submit(...SMALL, '--name=wild', '--set=optimizer.learningRate=1000');
  run = await cluster.submit(
    ...SMALL,
    '--name=long',
    '--steps=100000',
    '--trainers=2',
    '--set=trainers.deadline=2',
    '--set=checkpoint.every=4',
    '--set=evaluation.every=4',
  );
});
afterAll(async () => {
  await prometheus?.stop();
  await cluster?.stop();
});

/** The alert with these labels, once it fires. */
async function alert(name: string, labels: Readonly<Record<string, string>> = {}): Promise<FiringAlert> {
  const wanted = Object.entries({ ...labels, alertname: name });
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const alerts = await prometheus.alerts();
    const found = alerts.find(
      (one) => one.state === 'firing' && wanted.every(([label, value]) => one.labels[label] === value),
    );
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${name} did not fire, but ${JSON.stringify(alerts)}`);
    await pause(100);
  }
}

/** Resolves when both trainers make steps, as they do again some time after something was lost. */
async function goesOn(): Promise<void> {
  const name = `{taskweave_run="${run}"}`;
  const question = `changes(taskweave_run_step${name}[3s]) > 1 and on (taskweave_run) taskweave_members${name} == 2`;
  const end = performance.now() + PATIENCE_MS;
  while ((await prometheus.query(question)).length === 0) {
    if (performance.now() > end) throw new Error('the run does not go on');
    await pause(100);
  }
}

/** Whether there is a number in an answer. */
async function isEmpty({ expr, instant }: PanelQuery): Promise<boolean> {
  const series = await prometheus.query(expr, instant ? 0 : 15);
  return !series.some(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))));
}

it('a loss that is no number is told', async () => {
  const found = await alert('TaskweaveLossNotFinite', {
    error_type: 'NOT_FINITE',
    service: 'search',
  });
  expect(found.annotations).toMatchObject({ summary: 'A loss is no number any more.' });
});

describe('of a real search', () => {
  it('no panel of any dashboard is empty', async () => {
    let empty = dashboardFiles().flatMap((file) => panelQueries(readDashboard(file), '5s'));
    expect(empty.length).toBeGreaterThan(40);
    const end = performance.now() + PATIENCE_MS;
    // Scores come with the first evaluation.
    while (empty.length > 0 && performance.now() < end) {
      await pause(500);
      const found = await Promise.all(empty.map(isEmpty));
      empty = empty.filter((_, index) => found[index]);
    }
    expect(empty.map(({ name }) => name)).toEqual([]);
  });

  it('whose evaluator stands still, a growing queue is told', async () => {
    const pid = await cluster.pidOf('evaluator');
    process.kill(pid, 'SIGSTOP');
    try {
      const found = await alert('TaskweaveQueueGrowing', {
        taskweave_run: run,
        severity: 'warning',
      });
      expect(found.annotations['summary']).toMatch(
        new RegExp(`^[2-9] checkpoints of run ${run} wait to be scored`),
      );
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('whose data loader stands still, it is told that nothing goes on', async () => {
    await goesOn();
    const pid = await cluster.pidOf('data-loader');
    process.kill(pid, 'SIGSTOP');
    try {
      await Promise.all([
        alert('TaskweaveNoProgress', { taskweave_run: run, severity: 'critical' }),
        alert('TaskweaveCheckpointOld', { taskweave_run: run }),
        alert('TaskweaveServiceDown', { service: 'data-loader' }),
      ]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('of which a trainer is killed, that is told, and that it was started again', async () => {
    await goesOn();
    process.kill(await cluster.pidOf('supernet-trainer'), 'SIGKILL');
    await Promise.all([
      alert('TaskweaveMemberLost', { taskweave_run: run }),
      alert('TaskweaveServiceRestarting', { service: 'search' }),
    ]);
  });

  it('whose coordinator is killed, that is told', async () => {
    await cluster.kill();
    await Promise.all([
      alert('TaskweaveServiceDown', { service: 'search' }),
      alert('TaskweaveCoordinatorGone'),
    ]);
  });
});
