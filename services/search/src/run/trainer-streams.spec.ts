import { TaskweaveError, type ErrorCode } from '@taskweave/common';
import { FinishReason, type TrainResponse } from '@taskweave/contracts';
import { expect, it } from 'vitest';
import { together, type TrainEvent, type TrainerStream } from './trainer-streams.js';

const step = (number: number, loss: number, examples = 4, lost: string[] = []): TrainEvent => ({
  $case: 'step',
  value: {
    step: number,
    losses: [{ task: 'left', loss }],
    architectureLosses: [{ task: 'left', loss: 2 * loss }],
    metrics: undefined,
    learningRate: 0.1,
    seconds: loss,
    stepsPerSecond: 1 / loss,
    examples,
    lost,
    timings: [{ trainer: `loss-${loss}`, began: 0, phases: [], traceparent: '' }],
  },
});
const started: TrainEvent = {
  $case: 'started',
  value: { step: 0, steps: 2, engine: 'onnx', device: 'cpu', parameters: 9, seconds: 1 },
};
const checkpoint = (done: number): TrainEvent => ({
  $case: 'checkpoint',
  value: { step: done, path: '/c', timing: undefined },
});
const finished: TrainEvent = { $case: 'finished', value: { reason: FinishReason.COMPLETED, step: 2 } };
const failure = (code: ErrorCode) => new TaskweaveError({ code, message: 'It failed.' });

/** A call that tells events, then ends, fails, or says no more. */
function stream(name: string, events: readonly TrainEvent[], end?: TaskweaveError | 'silence') {
  const cancelled: { is: boolean } = { is: false };
  async function* messages(): AsyncGenerator<TrainResponse> {
    for (const event of events) yield { event };
    if (end === 'silence') await new Promise(() => undefined);
    else if (end !== undefined) throw end;
  }
  const call: TrainerStream = { name, messages: messages(), cancel: () => void (cancelled.is = true) };
  return { ...call, cancelled };
}

async function all(streams: readonly TrainerStream[]) {
  const events: TrainEvent[] = [];
  const lost: [string, string][] = [];
  let error: unknown;
  try {
    const onLost = (name: string, { code }: TaskweaveError): void => void lost.push([name, code]);
    for await (const event of together(streams, onLost)) events.push(event);
  } catch (thrown) {
    error = thrown;
  }
  return { events, lost, error };
}

it('tells each step once, with the mean of all losses by examples', async () => {
  const a = stream('a', [step(0, 1, 3), checkpoint(1), step(1, 2, 3), finished]);
  const b = stream('b', [step(0, 5, 1), step(1, 6, 0), finished]);
  const { events, lost, error } = await all([a, b]);
  expect({ lost, error }).toEqual({ lost: [], error: undefined });
  expect(events.map(({ $case }) => $case)).toEqual(['step', 'checkpoint', 'step', 'finished']);
  expect(events[0]).toMatchObject({
    value: {
      losses: [{ task: 'left', loss: 2 }],
      architectureLosses: [{ task: 'left', loss: 4 }],
      examples: 4,
      seconds: 5,
      stepsPerSecond: 0.2,
    },
  });
  // One without examples has no say.
  expect(events[2]).toMatchObject({ value: { losses: [{ task: 'left', loss: 2 }], examples: 3 } });
  expect([a.cancelled.is, b.cancelled.is]).toEqual([true, true]);
});

it('passes on what a trainer on its own tells, to the last bit', async () => {
  const told = [step(0, 0.1 + 0.2, 7), checkpoint(1), finished];
  expect((await all([stream('a', told)])).events).toEqual(told);
});

it('goes on without a trainer whose call breaks', async () => {
  const a = stream('a', [step(0, 1)], failure('SERVICE_UNAVAILABLE'));
  const b = stream('b', [step(0, 3), step(1, 3, 8, ['a']), checkpoint(2), finished]);
  const { events, lost, error } = await all([a, b]);
  expect(error).toBeUndefined();
  expect(lost).toEqual([['a', 'SERVICE_UNAVAILABLE']]);
  expect(events.map(({ $case }) => $case)).toEqual(['step', 'step', 'checkpoint', 'finished']);
});

it.each([
  ['any more', [started, step(0, 1)]],
  ['at all', []],
])('goes on without a trainer that says nothing %s, once the others have', async (_, told) => {
  const a = stream('a', told, 'silence');
  const gone = told.length === 0 ? ['a'] : [];
  const b = stream('b', [started, step(0, 3, 8, gone), step(1, 3, 8, ['a']), finished]);
  const { events, lost } = await all([a, b]);
  expect(lost).toEqual([['a', 'MEMBER_LOST']]);
  expect(events.map(({ $case }) => $case)).toEqual(['started', 'step', 'step', 'finished']);
  expect(a.cancelled.is).toBe(true);
});

it('fails when the last trainer is lost, and at once when any fails otherwise', async () => {
  const alone = await all([stream('a', [], failure('SERVICE_UNAVAILABLE'))]);
  expect(alone.error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  const other = stream('b', [], 'silence');
  const both = await all([stream('a', [], failure('NOT_FINITE')), other]);
  expect(both.error).toMatchObject({ code: 'NOT_FINITE' });
  expect(both.lost).toEqual([]);
  expect(other.cancelled.is).toBe(true);
});
