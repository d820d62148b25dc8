import type { TimelineLine, TimelinePhase } from '@taskweave/runs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectTrace } from './testing.js';
import { TraceEvents, type TraceEvent } from './trace-events.js';

const BEGAN = 1_770_000_000_000;

const work = (
  kind: TimelineLine['kind'],
  step: number,
  began: number,
  phases: TimelinePhase[],
): TimelineLine => ({
  kind,
  step,
  by: kind === 'evaluation' ? '127.0.0.1:5' : 'trainer-0',
  began: BEGAN + began,
  phases,
  trace: 'ab'.repeat(16),
});
const phase = (name: string, start: number, seconds: number): TimelinePhase => ({
  phase: name,
  start,
  seconds,
});

function eventsOf(lines: readonly TimelineLine[]): TraceEvent[] {
  const events = new TraceEvents();
  return lines.flatMap((line) => [...events.of(line)]);
}
const slices = (events: readonly TraceEvent[]) => events.filter((event) => event.ph === 'X');

it('has a process for each member, slices in microseconds, and phases within their step', () => {
  const events = eventsOf([
    work('step', 9, 0, [phase('data-wait', 0.001, 0.002), phase('weight-step', 0.003, 0.0205)]),
    work('checkpoint', 10, 24, [phase('checkpoint', 0.0001, 0.004)]),
    work('evaluation', 10, 30, [phase('evaluation', 0, 0.5)]),
  ]);
  const names = events.flatMap((event) =>
    event.ph === 'M' && event.name === 'process_name' ? [event.args['name']] : [],
  );
  expect(names).toEqual(['trainer-0', 'evaluator 127.0.0.1:5']);
  expect(slices(events).map(({ name, pid, ts, dur }) => [name, pid, ts, dur])).toEqual([
    ['step 9', 1, 0, 23_500],
    ['data-wait', 1, 1000, 2000],
    ['weight-step', 1, 3000, 20_500],
    ['checkpoint', 1, 24_000, 4100],
    ['evaluation', 2, 30_000, 500_000],
  ]);
  expect(slices(events)[0]!.args).toEqual({
    step: 9,
    began: new Date(BEGAN).toISOString(),
    trace: 'ab'.repeat(16),
  });
  const arrows = events.flatMap((event) =>
    event.ph === 's' || event.ph === 'f' ? [[event.ph, event.id, event.pid, event.ts]] : [],
  );
  expect(arrows).toEqual([
    ['s', 10, 1, 24_000],
    ['f', 10, 2, 30_000],
  ]);
});

it('gives phases that overlap another row, and lets those stand within others that do', () => {
  const phases = [
    phase('weight-step', 0, 0.01),
    phase('all-reduce', 0.002, 0.003),
    phase('data-wait', 0.008, 0.004),
  ];
  const events = eventsOf([work('step', 0, 0, phases)]);
  expect(slices(events).map(({ name, tid }) => [name, tid])).toEqual([
    ['step 0', 1],
    ['weight-step', 1],
    ['all-reduce', 1],
    ['data-wait', 2],
  ]);
});

it('is a right trace whatever the clocks did', () => {
  const seconds = fc.double({ min: 0, max: 0.01, noNaN: true });
  const lines = fc.array(
    fc.record({
      kind: fc.constantFrom('step', 'checkpoint', 'evaluation'),
      gap: fc.integer({ min: -20, max: 20 }),
      phases: fc.array(fc.record({ phase: fc.constantFrom('a', 'b'), start: seconds, seconds }), {
        maxLength: 4,
      }),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(lines, (all) => {
      let began = 0;
      const timeline = all.map(({ kind, gap, phases }, step) => {
        began += gap;
        const inOrder = [...phases].sort((a, b) => a.start - b.start);
        return work(kind as TimelineLine['kind'], step, began, inOrder);
      });
      const events = eventsOf(timeline);
      expectTrace({ traceEvents: events });
      const phasesOfSteps = timeline.filter(({ kind }) => kind === 'step').flatMap(({ phases }) => phases);
      expect(slices(events)).toHaveLength(timeline.length + phasesOfSteps.length);
    }),
  );
});
