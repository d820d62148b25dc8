import { openMessaging, type Messaging } from '@taskweave/messaging';
import type { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { type EvaluationLine, RunFolder, type RunRecord } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVALUATION_QUEUE_OPTIONS, EvaluationQueue } from '../../run/evaluation-queue.js';
import { evaluationQueueName, runOrigin } from '../../run/message-names.js';
import { prepareMessages } from '../../run/messages.js';
import { RunControl } from '../../run/run-control.js';
import { RunEvents } from '../../run/run-events.js';
import { withBus } from '../../run/with-bus.js';
import type { BusSubjects } from './bus-messages.js';

/** The messages of a run - its events, its queue, its scores - with nothing trained. */
export interface RunAtWork {
  readonly run: string;
  /** Begins the id of each of its events. */
  readonly origin: string;
  readonly subjects: BusSubjects;
  /** What another client of the server sees. */
  readonly messaging: Messaging;
  /** By step: as often as they were recorded. */
  readonly recorded: ReadonlyMap<number, readonly EvaluationLine['scores'][]>;
  /** Why the run would have ended. */
  readonly failure: () => Error | undefined;
  /** A step with a checkpoint, which is scored; resolves when it has been handed over. */
  step(step: number): Promise<void>;
  /** Resolves when all is scored and every event is on the server. */
  finish(): Promise<void>;
  remove(): Promise<void>;
}

/** Checkpoints that there are keys for beforehand. */
const KEYS = 1000;

export const scoresOf = (step: number): EvaluationLine['scores'] => ({
  discrete: { task: { metric: 'accuracy', value: step / 7, loss: 1, examples: 2 } },
});

export async function startRunAtWork(run: string, server: NatsServer): Promise<RunAtWork> {
  const root = mkdtempSync(join(tmpdir(), 'taskweave-fuzz-'));
  const record: RunRecord = {
    ...{ format: 'taskweave-run', version: 1, run, phase: 'searching', baselines: [] },
    ...{ createdAt: '2026-01-31T12:00:00.000Z', codeVersion: '0.1.0' },
    // Only for a warning.
    plan: { spec: { steps: 1 } } as RunPlan,
  };
  process.env['TASKWEAVE_NATS_URL'] = server.url;
  const messages = await (await prepareMessages())(new RunFolder(join(root, run)));
  delete process.env['TASKWEAVE_NATS_URL'];
  const { messaging } = messages;
  const control = new RunControl();
  const events = new RunEvents();
  const origin = runOrigin(record);
  const name = evaluationQueueName(record);
  const recorded = new Map<number, EvaluationLine['scores'][]>();
  const queue = new EvaluationQueue(
    await messaging.queue(name, EVALUATION_QUEUE_OPTIONS),
    messaging.state,
    run,
    {
      evaluators: ['one', 'two'],
      key: (folder) => `scores.${origin}.${folder}`,
      evaluate: async (_, step) => {
        await new Promise((resolve) => setImmediate(resolve));
        return scoresOf(step);
      },
      record: async (step, scores) => {
        recorded.set(step, [...(recorded.get(step) ?? []), scores]);
        events.emit({ kind: 'evaluation.done', step, line: { kind: 'evaluation', step, scores } });
      },
      onLost: (_, error) => control.abort(error),
      onFailure: (error) => control.abort(error),
    },
    control.signal,
  );
  let finish!: () => void;
  const asked = new Promise<void>((resolve) => (finish = resolve));
  let finished!: Promise<void>;
  await new Promise<void>((atWork, failed) => {
    finished = withBus(record, messages, events, control, async () => {
      atWork();
      await asked;
      await queue.idle();
    });
    // From then on told by `failure` and `finish`.
    finished.catch(failed);
  });
  const client = await openMessaging('', { TASKWEAVE_NATS_URL: server.url });
  return {
    ...{ run, origin, messaging: client, recorded },
    subjects: {
      events: `taskweave.${run}`,
      work: `taskweave-work.${name}`,
      dead: `taskweave-dead.${name}`,
      state: '$KV.taskweave_state',
      keys: Array.from({ length: KEYS }, (_, step) => `scores.${origin}.step-${step}`),
    },
    failure: () => control.failure,
    async step(step) {
      events.emit({ kind: 'checkpoint.ready', step, path: `step-${step}` });
      await queue.push(`step-${step}`, step);
    },
    async finish() {
      finish();
      await finished;
    },
    async remove() {
      await queue.close();
      await client.close();
      await messages.close();
      rmSync(root, { recursive: true });
    },
  };
}
