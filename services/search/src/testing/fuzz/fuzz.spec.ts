/**
 * Broken messages to every method of every service: the same few hundred every time, or as many others as `TASKWEAVE_FUZZ`
 * says, with a table of the codes they got. fast-check prints the seed and the smallest message of a failure.
 */
import {
  ArchitectServiceService,
  CollectiveServiceService,
  DataServiceService,
  EvaluatorServiceService,
  SearchServiceService,
  TrainerServiceService,
} from '@taskweave/contracts';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFuzzedServices, STORAGE, type FuzzedServices } from './fuzzed-services.js';
import { rawClient, type Ending, type RawClient } from './raw-call.js';
import { byteEdits, edits, spoilBytes, spoilMessages } from './spoil.js';
import { targetsOf, type Service, type Target } from './targets.js';

const WANTED = process.env['TASKWEAVE_FUZZ'];
const MESSAGES = Number(WANTED ?? 420);
const TIMEOUT_MS = 120_000 + MESSAGES * 100;
const OPTIONS = { deadlineMs: 60_000, mostAnswers: 3 };

/** Every method of the contracts, in the order of the targets. */
const PATHS = [
  ArchitectServiceService,
  DataServiceService,
  EvaluatorServiceService,
  SearchServiceService,
  TrainerServiceService,
  CollectiveServiceService,
].flatMap((definition) => Object.values(definition).map(({ path }) => path as string));

/** Codes that say what was wrong. Not among them: INTERNAL, UNKNOWN, DEADLINE_EXCEEDED. */
const TELLING = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'FAILED_PRECONDITION',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'DATA_LOSS',
  'ABORTED',
  'UNAVAILABLE',
  'UNIMPLEMENTED',
];

let services: FuzzedServices;
let clients: Record<Service, RawClient>;
let targets: Target[];
/** The state of a run that no message names. */
let untouched: Buffer;
const seen = new Map<string, Map<string, number>>();
beforeAll(async () => {
  services = await startFuzzedServices();
  targets = targetsOf(services);
  clients = Object.fromEntries(
    Object.entries(services.addresses).map(([name, address]) => [name, rawClient(address)]),
  ) as typeof clients;
  await open(UNTOUCHED);
  untouched = await stateOf(UNTOUCHED);
});
afterAll(async () => {
  for (const [path, codes] of WANTED === undefined ? [] : seen) {
    console.log(path, [...codes].map(([code, count]) => `${code} ${count}`).join(', '));
  }
  for (const client of Object.values(clients)) client.close();
  await services.stop();
});

const UNTOUCHED = 'untouched';

async function open(run: string): Promise<void> {
  const { path, requestSerialize } = ArchitectServiceService.openSearch;
  const message = requestSerialize({
    ...{ run, planJson: JSON.stringify(services.plan), stateJson: undefined },
    ...{ session: randomUUID(), members: ['one'], deadlineMs: 0 },
  });
  expect(await clients.architect.call(path, [message], OPTIONS)).toMatchObject({ code: 'OK' });
}

async function stateOf(run: string): Promise<Buffer> {
  const { path, requestSerialize } = ArchitectServiceService.getState;
  const { answers } = await clients.architect.call(path, [requestSerialize({ run })], OPTIONS);
  return answers[0]!;
}

const targetOf = (path: string): Target => targets.find((one) => one.path === path)!;

/** Sends a message that may be anything; the code says what was wrong unless the service found nothing wrong. */
async function send({ service, path }: Target, messages: readonly Buffer[]): Promise<void> {
  const { code, details, answers } = await clients[service].call(path, messages, OPTIONS);
  const codes = seen.get(path) ?? new Map<string, number>();
  seen.set(path, codes.set(code, (codes.get(code) ?? 0) + 1));
  expect(services.crashed).toEqual([]);
  // A message may be right in spite of its edits; CANCELLED is our own doing after the last answer.
  if (code === 'OK' || (code === 'CANCELLED' && answers.length === OPTIONS.mostAnswers)) return;
  expect(TELLING, `${code}: ${details}`).toContain(code);
  expect(details).not.toBe('');
}

/** The right request still gets its answer. */
async function expectWell({ service, path, messages, encode, prepare }: Target): Promise<void> {
  await prepare?.();
  const ending: Ending = await clients[service].call(path, messages.map(encode), {
    ...OPTIONS,
    mostAnswers: Infinity,
  });
  // It names another run than the one that is served: a run that stops would be of no use to the others.
  const ofOneRun = path.endsWith('/SubmitRun') || path.endsWith('/ResumeRun');
  const expected = path.endsWith('/StopRun') ? 'NOT_FOUND' : ofOneRun ? 'FAILED_PRECONDITION' : 'OK';
  expect({ path, code: ending.code, details: ending.details }).toMatchObject({ path, code: expected });
}

describe.each(PATHS)('%s', (path) => {
  const runs = { numRuns: Math.ceil(MESSAGES / PATHS.length / 2), ...(WANTED === undefined && { seed: 1 }) };

  it(
    'answers requests with wrong fields',
    async () => {
      await fc.assert(
        fc.asyncProperty(edits, async (list) => {
          const one = targetOf(path);
          await one.prepare?.();
          await send(one, spoilMessages(one.messages, list).map(one.encode));
        }),
        runs,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'answers wrong bytes',
    async () => {
      const choice = fc.record({ which: fc.nat(), list: byteEdits, count: fc.nat(3) });
      await fc.assert(
        fc.asyncProperty(choice, async ({ which, list, count }) => {
          const one = targetOf(path);
          await one.prepare?.();
          const right = one.messages.map(one.encode);
          const at = which % right.length;
          const messages = right.map((message, i) => (i === at ? spoilBytes(message, list) : message));
          await send(one, count === 0 ? messages.slice(0, at) : messages);
        }),
        runs,
      );
    },
    TIMEOUT_MS,
  );
});

describe('afterwards', () => {
  it('right requests get right answers', async () => {
    for (const one of targets) await expectWell(one);
  });

  it('a run that no message named is as it was', async () => {
    expect(untouched.length).toBeGreaterThan(100);
    expect((await stateOf(UNTOUCHED)).equals(untouched)).toBe(true);
  });

  it('nothing was written but where services may write', () => {
    expect(readdirSync(services.parent)).toEqual([STORAGE]);
  });
});
