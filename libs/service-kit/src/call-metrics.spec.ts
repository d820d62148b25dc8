import { DescribeResponse, StreamBatchesRequest } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { startTelemetry, type Telemetry } from '@taskweave/telemetry';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { callServerStream, callUnary } from './client.js';
import { serverStream, unary } from './handlers.js';
import { checkHealth } from './health.js';
import { receiveStream } from './receive-stream.js';
import { consume } from './testing/consume.js';
import { startTestServices } from './testing/start-test-services.js';

let telemetry: Telemetry;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-calls-'));
  vi.stubEnv('TASKWEAVE_LOG', join(folder, 'log.jsonl'));
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'prometheus');
  vi.stubEnv('OTEL_EXPORTER_PROMETHEUS_PORT', '0');
  telemetry = await startTelemetry('test');
});
afterEach(async () => {
  await telemetry.stop();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** How many calls of each kind were timed, as `side method status count`. */
async function counts(): Promise<string[]> {
  const metrics = await (await fetch(telemetry.metricsUrl!)).text();
  const pattern =
    /^rpc_(server|client)_call_duration_seconds_count\{.*rpc_service="(.*?)",rpc_method="(.*?)",rpc_response_status_code="(.*?)".*\} (\d+)$/gm;
  return [...metrics.matchAll(pattern)]
    .map(([, side, service, method, status, count]) => [side, service, method, status, count].join(' '))
    .sort();
}

it('times every call on both sides by how it ended, health checks not at all, and logs what was refused', async () => {
  const services = await startTestServices({
    describe: unary(({ dataJson }) => {
      if (dataJson === 'good') return DescribeResponse.fromPartial({});
      throw new TaskweaveError({ code: 'CONFIG_INVALID', message: 'Not good.' });
    }),
    streamBatches: serverStream(async function* () {
      yield { part: undefined };
    }),
  });
  const describe = (dataJson: string) => callUnary(services.data, 'describe', { dataJson, tasks: [] });
  await describe('good');
  await describe('good');
  await expect(describe('bad')).rejects.toThrow('Not good.');
  const request = StreamBatchesRequest.fromPartial({});
  await consume(callServerStream(services.data, 'streamBatches', request));
  const sink = { headBytes: 0, begin: () => undefined, written: () => undefined, message: () => undefined };
  await receiveStream(services.data, 'streamBatches', request, sink).ended;
  await checkHealth(services.server.address);
  await services.stop();
  expect(await counts()).toEqual(
    ['client', 'server'].flatMap((side) => [
      `${side} taskweave.v1.DataService Describe INVALID_ARGUMENT 1`,
      `${side} taskweave.v1.DataService Describe OK 2`,
      `${side} taskweave.v1.DataService StreamBatches OK 2`,
    ]),
  );
  const lines = readFileSync(join(folder, 'log.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      level: 'warn',
      call: 'taskweave.v1.DataService/Describe',
      status: 'INVALID_ARGUMENT',
      reason: 'Not good.',
      unsaid: 0,
    }),
  ]);
});
