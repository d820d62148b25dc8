import { TaskweaveError } from '@taskweave/common';
import { SearchServiceService, type GetRunResponse, type SearchServiceServer } from '@taskweave/contracts';
import { readHistory, readResult, RunFolder, runName, stepsCovered } from '@taskweave/runs';
import {
  AllowedFolders,
  checkRunName,
  serverStream,
  startServer,
  unary,
  type RunningServer,
} from '@taskweave/service-kit';
import { didYouMean } from '@taskweave/spec';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { newClusterRun, type ClusterRun } from './cluster-run.js';
import type { Coordinator } from './coordinator.js';
import { checkOrder } from './requests.js';
import { summarise } from './summarise.js';
import { watchRun } from './watch-run.js';

/** Runs that may wait at the same time. */
const MOST_WAITING = 10_000;

/**
 * Starts the SearchService of a cluster.
 *
 * @param current the coordinator, while this process leads; rejects with what to answer otherwise
 */
export function startClusterServer(
  address: string,
  current: () => Promise<Coordinator>,
): Promise<RunningServer> {
  const folders = AllowedFolders.fromEnvironment(address);
  const implementation: SearchServiceServer = {
    submitRun: unary(async (request, { signal }) => {
      const coordinator = await current();
      if (coordinator.queue.length >= MOST_WAITING) throw queueFull();
      const { spec, baselines } = await checkOrder(request, folders, coordinator.members, signal);
      const run = freeName(spec.name, coordinator);
      const order = coordinator.table.nextOrder;
      await coordinator.enqueue(newClusterRun({ run, order, spec, baselines }));
      return {
        summary: summarise(find(run, coordinator), coordinator),
        folder: folderOf(run, coordinator).path,
      };
    }),
    listRuns: unary(async () => {
      const coordinator = await current();
      return { runs: coordinator.table.all.map((run) => summarise(run, coordinator)) };
    }),
    getRun: unary(async ({ run }) => {
      const coordinator = await current();
      return describe(find(run, coordinator), coordinator);
    }),
    watchRun: serverStream(async function* ({ run, fromStep }, { signal }) {
      const coordinator = await current();
      find(run, coordinator);
      for await (const message of watchRun(run, coordinator, signal)) {
        const { kind = '', step = 0 } = message.event ?? {};
        if (kind === 'state' || step >= fromStep) yield message;
      }
    }),
    stopRun: unary(async ({ run }) => {
      const coordinator = await current();
      const entry = find(run, coordinator);
      if (entry.state !== 'queued' && entry.state !== 'running') throw notUnderWay(entry);
      const { phase } = summarise(entry, coordinator);
      await coordinator.stop(entry);
      return { phase, summary: summarise(find(run, coordinator), coordinator) };
    }),
    resumeRun: unary(async ({ run }) => {
      const coordinator = await current();
      const { table } = coordinator;
      const entry = table.get(checkRunName(run)) ?? adopt(run, coordinator);
      if (entry.state !== 'stopped' && entry.state !== 'failed') throw notResumable(entry);
      const { spec, baselines, step } = entry;
      await coordinator.enqueue({ ...newClusterRun({ run, order: table.nextOrder, spec, baselines }), step });
      return { summary: summarise(find(run, coordinator), coordinator) };
    }),
  };
  return startServer({
    name: 'search',
    services: [{ definition: SearchServiceService, implementation }],
    address,
  });
}

function folderOf(run: string, { output }: Coordinator): RunFolder {
  return new RunFolder(join(output, run));
}

function describe(entry: ClusterRun, coordinator: Coordinator): GetRunResponse {
  const { run, spec, state } = entry;
  const folder = folderOf(run, coordinator);
  const summary = summarise(entry, coordinator);
  return {
    run,
    phase: summary.phase,
    step: summary.step,
    steps: summary.steps,
    specJson: JSON.stringify(spec),
    ...(state === 'completed' && { resultJson: JSON.stringify(readResult(folder.result)) }),
    summary,
    planJson: folder.exists ? JSON.stringify(folder.readRecord().plan) : '',
    folder: folder.path,
  };
}

/** The first free one of `digits-20260131-120000`, `digits-20260131-120000-2`, ... */
function freeName(name: string, coordinator: Coordinator): string {
  const first = runName(name, new Date());
  for (let number = 1; ; number++) {
    const run = number === 1 ? first : `${first}-${number}`;
    if (!coordinator.table.isTaken(run) && !existsSync(folderOf(run, coordinator).path)) return run;
  }
}

function find(run: string, { table }: Coordinator): ClusterRun {
  const found = table.get(checkRunName(run));
  if (found !== undefined) return found;
  const names = table.all.map((other) => other.run);
  throw new TaskweaveError({
    code: 'RUN_NOT_FOUND',
    message: `The cluster has no run of this name${didYouMean(run, names) || '.'}`,
    subject: 'RUN',
    found: run,
    expected: names.length === 0 ? 'a run of the cluster, which has none' : `one of its ${names.length} runs`,
    action: 'List the runs with: taskweave runs --cluster ADDRESS',
  });
}

/** A run that the store does not know but whose folder is there: started without the cluster, or the store was lost. */
function adopt(run: string, coordinator: Coordinator): ClusterRun {
  const folder = folderOf(run, coordinator);
  if (run.includes('/') || coordinator.table.isTaken(run) || !folder.exists) return find(run, coordinator);
  const { plan, baselines, phase } = folder.readRecord();
  const known = newClusterRun({ run, order: 0, spec: plan.spec, baselines });
  const step = stepsCovered(readHistory(folder.search.history));
  return { ...known, step, state: phase === 'completed' ? 'completed' : 'stopped' };
}

function notUnderWay({ run, state }: ClusterRun): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_UNDER_WAY',
    message: `The run ${run} is ${state} already; there is nothing to stop.`,
    subject: run,
    found: state,
    expected: 'a run that is queued or running',
  });
}

function notResumable({ run, state }: ClusterRun): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_RESUMABLE',
    message:
      state === 'completed'
        ? `The run ${run} is completed; there is nothing left to do.`
        : `The run ${run} is ${state}; it goes on by itself.`,
    subject: run,
    found: state,
    expected: 'a run that was stopped or has failed',
  });
}

function queueFull(): TaskweaveError {
  return new TaskweaveError({
    code: 'LIMIT_REACHED',
    message: 'The queue of the cluster is full.',
    expected: `at most ${MOST_WAITING} runs that wait`,
    action: 'Submit it again when some are done.',
  });
}
