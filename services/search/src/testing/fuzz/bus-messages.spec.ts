/**
 * Broken messages on every subject that a run reads, while runs are at work: the same few hundred every time, or as many
 * others on each as `TASKWEAVE_FUZZ` says.
 */
import type { StoredEvent } from '@taskweave/messaging';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { RawNats } from '@taskweave/messaging/testing/raw-nats';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busMessages, PLACES, publishAt } from './bus-messages.js';
import { scoresOf, startRunAtWork, type RunAtWork } from './run-at-work.js';

const WANTED = process.env['TASKWEAVE_FUZZ'];
const MESSAGES = Number(WANTED ?? 300);
const TIMEOUT_MS = 120_000 + MESSAGES * 100;
/** Messages to a step of the runs. */
const BATCH = 10;

let server: NatsServer;
let raw: RawNats;
/** The first one is named by messages. */
let runs: RunAtWork[];
let steps = 0;
beforeAll(async () => {
  server = await NatsServer.start();
  raw = await RawNats.open(server.url);
  runs = [await startRunAtWork('spoiled', server), await startRunAtWork('untouched', server)];
});
afterAll(async () => {
  for (const run of runs) await run.remove();
  await raw.close();
  await server.stop();
});

describe.each(PLACES)('on the subjects of %s', (place) => {
  it(
    'runs go on whatever others write',
    async () => {
      const batches = fc.array(busMessages, { minLength: BATCH, maxLength: BATCH });
      await fc.assert(
        fc.asyncProperty(batches, async (messages) => {
          const [spoiled] = runs;
          for (const message of messages) publishAt(raw, place, 'spoiled', spoiled!.subjects, message);
          await raw.flush();
          for (const run of runs) await run.step(steps);
          steps++;
          for (const run of runs) expect(run.failure()).toBeUndefined();
        }),
        {
          numRuns: Math.ceil(MESSAGES / BATCH),
          ...(WANTED === undefined && { seed: 1 }),
          endOnFailure: true,
        },
      );
    },
    TIMEOUT_MS,
  );
});

describe('afterwards', () => {
  it(
    'both runs have every score once, and finish',
    async () => {
      for (const run of runs) {
        await run.finish();
        expect(run.recorded.size).toBe(steps);
        for (const [step, scores] of run.recorded) expect(scores).toEqual([scoresOf(step)]);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'all of their events are on the server once, in order, beside what others wrote',
    async () => {
      for (const { run, origin, messaging } of runs) {
        const own: StoredEvent[] = [];
        const passedOver: string[] = [];
        const { position } = await messaging.events.publish({
          run,
          kind: 'end',
          id: `end.${run}`,
          data: null,
        });
        await new Promise<void>((resolve, reject) => {
          const onUnreadable = (why: string): void => void passedOver.push(why);
          const handler = (event: StoredEvent): void => {
            if (event.id.startsWith(origin)) own.push(event);
            if (event.position === position) resolve();
          };
          void messaging.events.subscribe({ run, from: 1, onUnreadable }, handler, reject);
        });
        for (const kind of ['checkpoint.ready', 'evaluation.done']) {
          const told = own
            .filter((event) => event.kind === kind)
            .map(({ data }) => (data as { step: number }).step);
          const order = Array.from({ length: steps }, (_, step) => step);
          if (kind === 'checkpoint.ready') expect(told).toEqual(order);
          else expect(told.sort((a, b) => a - b)).toEqual(order);
        }
        if (run === 'untouched') expect(passedOver).toEqual([]);
        else for (const why of passedOver) expect(why).toMatch(/ is no event\. .+/);
        if (run === 'spoiled') expect(passedOver.length).toBeGreaterThan(0);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'what could not be read as a job is a dead letter with a reason, and nothing waits',
    async () => {
      const [spoiled] = runs;
      const queue = await spoiled!.messaging.queue(spoiled!.subjects.work.split('.')[1]!);
      expect(await queue.depth()).toBe(0);
      const letters = await queue.deadLetters();
      expect(letters.length).toBeGreaterThan(0);
      for (const { id, reason } of letters) {
        expect(id).toMatch(/^unreadable\.\d+$/);
        expect(reason).toMatch(/^cannot be read: .+/);
      }
    },
    TIMEOUT_MS,
  );
});
