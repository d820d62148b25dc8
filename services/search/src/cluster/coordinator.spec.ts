/** Broken messages to every method of a coordinator, which takes them from whoever uses the cluster. */
import { RunState, SearchServiceClient, SearchServiceService } from '@taskweave/contracts';
import { EmbeddedMessaging, Members, Membership } from '@taskweave/messaging';
import { STORAGE_VARIABLE, callUnary, connect, launchProcess } from '@taskweave/service-kit';
import { resolveSpec } from '@taskweave/spec';
import fc from 'fast-check';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Coordinator } from './coordinator.js';
import { startClusterServer } from './server.js';
import { plugins } from '../run/plugins.js';
import { rawClient, type RawClient } from '../testing/fuzz/raw-call.js';
import { byteEdits, edits, spoilBytes, spoilMessages } from '../testing/fuzz/spoil.js';
import { coordinatorTargets, type Target } from '../testing/fuzz/targets.js';

const WANTED = process.env['TASKWEAVE_FUZZ'];
const MESSAGES = Number(WANTED ?? 180);
const TIMEOUT_MS = 120_000 + MESSAGES * 100;
const OPTIONS = { deadlineMs: 60_000, mostAnswers: 1 };
/** A right request is answered, and one that may be anything with what was wrong. */
const TELLING = [
  'OK',
  'CANCELLED',
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'FAILED_PRECONDITION',
  'PERMISSION_DENIED',
];

const SPEC = resolveSpec({ preset: 'multi-mnist-smoke' }, plugins);
const specJson = JSON.stringify(SPEC);
const closers: (() => Promise<unknown> | void)[] = [];
let output: string;
let client: RawClient;
let search: ReturnType<typeof connect<(typeof SearchServiceClient)['service']>>;
let targets: Target[];

beforeAll(async () => {
  output = mkdtempSync(join(tmpdir(), 'taskweave-fuzz-'));
  process.env[STORAGE_VARIABLE] = output;
  const loader = await launchProcess('@taskweave/data-loader');
  const messaging = await EmbeddedMessaging.open(join(output, '.coordinator'));
  const { state } = messaging;
  // It is asked about every spec; without a trainer nothing is ever started.
  const member = { service: 'data-loader', name: 'one', address: loader.address };
  const membership = await Membership.announce(state, member);
  const members = await Members.watch(state, () => undefined);
  const silent = { onFollowed: () => undefined, tell: () => undefined };
  const coordinator = await Coordinator.open({ state, members, output, token: 1, ...silent });
  const server = await startClusterServer('127.0.0.1:0', () => Promise.resolve(coordinator));
  client = rawClient(server.address);
  search = connect(SearchServiceClient, server.address, { name: 'coordinator' });
  const { summary } = await callUnary(
    search,
    'submitRun',
    { specJson, baselines: [] },
    { deadlineMs: 60_000 },
  );
  targets = coordinatorTargets(summary!.run, specJson);
  closers.push(
    () => client.close(),
    () => search.close(),
    () => coordinator.close(true),
    () => server.stop({ graceMs: 0 }),
    () => membership.leave(),
    () => members.stop(),
    () => messaging.close(),
    () => loader.stop(),
  );
});
afterAll(async () => {
  for (const close of closers) await close();
  delete process.env[STORAGE_VARIABLE];
  rmSync(output, { recursive: true });
});

const PATHS = Object.values(SearchServiceService).map(({ path }) => path as string);
const targetOf = (path: string): Target => targets.find((one) => one.path === path)!;

async function send(path: string, messages: readonly Buffer[]): Promise<void> {
  const { code, details } = await client.call(path, messages, OPTIONS);
  expect(TELLING, `${code}: ${details}`).toContain(code);
}

describe.each(PATHS)('%s', (path) => {
  const runs = { numRuns: Math.ceil(MESSAGES / PATHS.length / 2), ...(WANTED === undefined && { seed: 1 }) };

  it(
    'answers wrong fields and wrong bytes',
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, byteEdits, async (fields, bytes) => {
          const { messages, encode } = targetOf(path);
          await send(path, spoilMessages(messages, fields).map(encode));
          await send(
            path,
            messages.map((message) => spoilBytes(encode(message), bytes)),
          );
        }),
        runs,
      );
    },
    TIMEOUT_MS,
  );
});

it('the run that was there is as it was, what was taken in waits, and nothing else was written', async () => {
  const { runs } = await callUnary(search, 'listRuns', {}, { deadlineMs: 60_000 });
  const [{ messages }] = targets.filter(({ path }) => path.endsWith('/GetRun')) as [Target];
  expect(runs[0]).toMatchObject({ ...messages[0], state: RunState.QUEUED, queuePosition: 1 });
  for (const { state } of runs) expect(state).toBe(RunState.QUEUED);
  expect(readdirSync(output)).toEqual(['.coordinator']);
});
