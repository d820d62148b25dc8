/** What a search tells of itself, exported for real: traces and metrics by OTLP, metrics to Prometheus, logs. */
import { listCheckpoints, readCheckpoint } from '@taskweave/checkpoints';
import { RunFolder, type RunRecord } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { startTelemetry } from '@taskweave/telemetry';
import {
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedSpan,
} from '@taskweave/telemetry/testing/otlp-receiver';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cli, onlyRun, startCli } from '../testing/cli.js';
import { pathOf, referenceRun, SMALL_SEARCH } from '../testing/reference-run.js';
import { factsOf } from '../testing/run-facts.js';
import { RunEvents } from './run-events.js';
import { RunMetrics } from './run-metrics.js';

const FURTHER = ['--steps=20', '--set=evaluation.every=10'];

let receiver: OtlpReceiver;
let cwd: string;
let stderr: string;
/** What Prometheus would have had last from every process, by service. */
const scraped = new Map<string, string>();

/** Asks every process for its metrics as long as the run goes on. */
async function scrape(urls: () => string[], ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!over) {
    for (const url of urls()) {
      try {
        const metrics = await (await fetch(url)).text();
        const service = /service_name="([^"]*)"/.exec(metrics)?.[1];
        if (service !== undefined) scraped.set(service, metrics);
      } catch {
        // It has ended.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  cwd = mkdtempSync(join(tmpdir(), 'taskweave-telemetry-'));
  const { child, outcome } = startCli([...SMALL_SEARCH, ...FURTHER, '--processes'], cwd, {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'prometheus,otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    TASKWEAVE_LOG: join(cwd, 'log.jsonl'),
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const log = (): string => {
    try {
      return readFileSync(join(cwd, 'log.jsonl'), 'utf8');
    } catch {
      return '';
    }
  };
  await scrape(
    () => [...`${said}${log()}`.matchAll(/http:\/\/[\d.:]+\/metrics/g)].map(([url]) => url),
    outcome,
  );
  const { code } = await outcome;
  stderr = said;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
});
afterAll(async () => {
  await receiver.stop();
  rmSync(cwd, { recursive: true, force: true });
});

const named = (name: string): ReceivedSpan[] => receiver.spans.filter((span) => span.name === name);

it('leads from an evaluation to the batches of the round that wrote its checkpoint', async () => {
  const [folder] = await listCheckpoints(new RunFolder(pathOf(cwd)).search.checkpoints);
  const { manifest } = await readCheckpoint(folder!);
  const [, traceId, spanId] = manifest.traceparent.split('-');

  const evaluation = named('evaluation').find(({ links }) => links.some((link) => link.spanId === spanId))!;
  expect(evaluation.process).toBe('evaluator');
  expect(evaluation.links).toEqual([{ traceId, spanId }]);

  const round = receiver.spans.filter((span) => span.traceId === traceId);
  expect(round.find((span) => span.spanId === spanId)).toMatchObject({
    name: 'checkpoint',
    process: 'supernet-trainer',
    attributes: { 'taskweave.step': manifest.step },
  });
  const names = new Set(round.map(({ name }) => name));
  for (const name of ['round', 'data-wait', 'architecture-step', 'gate-update', 'weight-step']) {
    expect(names).toContain(name);
  }
  const root = round.find(({ name }) => name === 'round')!;
  expect(root).toMatchObject({ parentSpanId: '', attributes: { 'taskweave.step': manifest.step - 1 } });

  const waits = round.filter(({ name }) => name === 'data-wait');
  const batches = waits.map(({ links: [link] }) => receiver.spans.find((one) => one.spanId === link?.spanId));
  expect(batches).toHaveLength(2);
  for (const [index, split] of ['architecture', 'weights'].entries()) {
    expect(batches[index]).toMatchObject({
      name: 'batch',
      traceId: waits[index]!.links[0]!.traceId,
      process: 'data-loader',
      attributes: { 'taskweave.split': split, 'taskweave.batch.index': manifest.step - 1 },
    });
  }
  // The batch in turn leads to the call that asked for it.
  const stream = receiver.spans.find(({ spanId: id }) => id === batches[0]!.links[0]!.spanId);
  expect(stream).toMatchObject({ name: 'taskweave.v1.DataService/StreamBatches', process: 'data-loader' });
});

it('leads from the request for an evaluation, through the message that carried it, to that round too', () => {
  const request = named('evaluation-request').find(({ attributes }) => attributes['taskweave.step'] === 20)!;
  const round = named('round').find(({ attributes }) => attributes['taskweave.step'] === 19)!;
  expect(request.parentSpanId).toBe('');
  expect(request.links.map(({ traceId }) => traceId)).toEqual([round.traceId]);
});

it('has a trace for every round, and no trace of two', () => {
  const rounds = named('round');
  expect(rounds.map(({ attributes }) => attributes['taskweave.step'])).toEqual(
    Array.from({ length: 20 }, (_, step) => step),
  );
  expect(new Set(rounds.map(({ traceId }) => traceId)).size).toBe(20);
});

describe('Prometheus', () => {
  it('is told of steps by the trainer', () => {
    const metrics = scraped.get('supernet-trainer')!;
    const run = onlyRun(cwd);
    for (const phase of ['data-wait', 'architecture-step', 'gate-update', 'weight-step']) {
      expect(metrics).toMatch(
        new RegExp(
          `taskweave_step_phase_duration_seconds_count\\{taskweave_run="${run}",taskweave_phase="${phase}",service_name="supernet-trainer"\\} \\d+`,
        ),
      );
    }
    expect(metrics).toMatch(/taskweave_step_duration_seconds_bucket\{[^}]*le="0.001"\} \d/);
    expect(metrics).toMatch(/taskweave_step_duration_seconds_bucket\{[^}]*le="100"\} \d/);
    expect(metrics).toMatch(/^taskweave_data_wait_ratio\{.*\} 0(\.\d+)?$/m);
    expect(metrics).toMatch(/^taskweave_images_total\{.*\} \d+$/m);
  });

  it('is told of the run by the search service', () => {
    const metrics = scraped.get('search')!;
    const run = `taskweave_run="${onlyRun(cwd)}"`;
    for (const line of [
      `taskweave_run_steps{${run},service_name="search"} 20`,
      `taskweave_steps_total{${run},service_name="search"} 20`,
      `taskweave_run_step{${run},service_name="search"} 20`,
      `taskweave_members_lost_total{${run},service_name="search"} 0`,
      'taskweave_run_failures_total{error_type="NOT_FINITE",service_name="search"} 0',
      'taskweave_service_restarts_total{service_name="search"} 0',
    ]) {
      expect(metrics.split('\n')).toContain(line);
    }
    for (const name of [
      'taskweave_run_active',
      'taskweave_members',
      'taskweave_gate_entropy',
      'taskweave_edges_above_half',
      'taskweave_temperature',
      'taskweave_learning_rate',
      'taskweave_queue_depth',
      'taskweave_checkpoint_age_seconds',
      'taskweave_checkpoint_size_bytes',
      'taskweave_storage_free_bytes',
      'taskweave_storage_size_bytes',
    ]) {
      expect(metrics).toMatch(new RegExp(`^${name}\\{.*\\} [\\d.e+-]+$`, 'm'));
    }
    expect(metrics).toMatch(/taskweave_loss\{.*taskweave_task="left",taskweave_batch="architecture".*\} \d/);
    expect(metrics).toMatch(
      /taskweave_score\{.*taskweave_task="left",taskweave_network="soft",taskweave_metric="accuracy".*\} \d/,
    );
  });

  it('is told of calls and of itself by every process, each at a port of its own', () => {
    const services = ['architect', 'data-loader', 'evaluator', 'search', 'supernet-trainer'];
    expect([...scraped.keys()].sort()).toEqual(services);
    for (const metrics of scraped.values()) {
      for (const name of [
        'process_memory_usage_bytes',
        'process_cpu_time_seconds_total',
        'nodejs_eventloop_delay_p99_seconds',
      ]) {
        expect(metrics).toMatch(new RegExp(`^${name}\\{.*\\} [\\d.e-]+$`, 'm'));
      }
      expect(metrics).toContain('deployment_environment_name="test"');
    }
    const call = 'rpc_service="taskweave.v1.EvaluatorService",rpc_method="Evaluate"';
    expect(scraped.get('search')).toContain(
      `rpc_client_call_duration_seconds_count{rpc_system="grpc",${call}`,
    );
    expect(scraped.get('evaluator')).toContain(
      `rpc_server_call_duration_seconds_count{rpc_system="grpc",${call}`,
    );
  });
});

it('exports the same metrics by OTLP at its end, under their own names', () => {
  const trainer = receiver.metrics.filter((metric) => metric.process === 'supernet-trainer');
  expect(trainer).toContainEqual({
    name: 'taskweave.step.duration',
    unit: 's',
    process: 'supernet-trainer',
  });
  expect(receiver.metrics).toContainEqual({ name: 'taskweave.loss', unit: '1', process: 'search' });
});

it('logs what happens, with run and trace, and keeps the terminal as it is', () => {
  const lines = readFileSync(join(cwd, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(new Set(logged.map(({ service }) => service)).size).toBe(5);
  expect(logged).toContainEqual(
    expect.objectContaining({
      level: 'info',
      service: 'search',
      run: onlyRun(cwd),
      step: 20,
      msg: 'checkpoint',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    }),
  );
  // What is said of an evaluation is said in the trace of the round whose checkpoint it is about.
  for (const step of [10, 20]) {
    const round = named('round').find(({ attributes }) => attributes['taskweave.step'] === step - 1)!;
    expect(logged).toContainEqual(
      expect.objectContaining({ msg: 'evaluated', step, trace_id: round.traceId }),
    );
  }
  expect(logged.find(({ msg }) => msg === 'completed')).toMatchObject({ run: onlyRun(cwd) });
  expect(stderr).not.toContain('{"level"');
});

it('changes nothing in the results', async () => {
  const plain = await referenceRun(...FURTHER);
  try {
    expect(await factsOf(pathOf(cwd))).toEqual(plain.facts);
  } finally {
    plain.remove();
  }
});

it('tells of lost trainers, of how many wait, and of the end of a run', async () => {
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'prometheus');
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', '0');
  const telemetry = await startTelemetry('search');
  const events = new RunEvents();
  const plan = { spec: { steps: 9, trainers: { count: 3 } } } as RunPlan;
  const run = new RunMetrics({ run: 'r', plan } as RunRecord, cwd, events);
  const values = async (...names: string[]): Promise<number[]> => {
    const text = await (await fetch(telemetry.metricsUrl!)).text();
    const value = (name: string): number =>
      Number(new RegExp(`^taskweave_${name}[{].* (\\S+)$`, 'm').exec(text)?.[1]);
    return names.map(value);
  };
  const step = (lost: string[]): void => {
    const line = { losses: {}, architectureLosses: {}, learningRate: 0.1, seconds: 1, stepsPerSecond: 1 };
    events.emit({ kind: 'step', step: 0, line: { kind: 'step', step: 0, ...line, lost } });
  };
  const shown = ['run_active', 'members', 'members_lost_total', 'queue_depth', 'run_failures_total'];
  expect(await values(...shown)).toEqual([1, 3, 0, 0, 0]);
  step(['trainer-1']);
  step(['trainer-1', 'trainer-2']);
  run.queue(4);
  expect(await values(...shown)).toEqual([1, 1, 2, 4, 0]);
  // Back, and one of them lost again.
  step([]);
  step(['trainer-2']);
  expect(await values(...shown)).toEqual([1, 2, 3, 4, 0]);
  // Of before the run was resumed.
  events.emit({ kind: 'phase', step: 7, phase: 'searching', activity: '' }, 0);
  run.end('NOT_FINITE');
  expect(await values(...shown, 'run_step', 'steps_total')).toEqual([0, 0, 3, 0, 1, 1, 4]);
  await telemetry.stop();
  vi.unstubAllEnvs();
});

it('refuses what the environment asks for and there is not, before anything is started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-telemetry-'));
  try {
    const { code, stderr: told } = await cli(SMALL_SEARCH, folder, { OTEL_TRACES_EXPORTER: 'zipkin' });
    expect(code).toBe(2);
    expect(told).toContain('OTEL_TRACES_EXPORTER');
    expect(told).not.toContain('    at ');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
