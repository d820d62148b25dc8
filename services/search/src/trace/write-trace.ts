import { TaskweaveError } from '@taskweave/common';
import { streamTimeline, writeOutputFile } from '@taskweave/runs';
import { isWithin, stepOf, type StepsRange } from './steps-range.js';
import { TraceEvents } from './trace-events.js';

/** Steps of a trace unless others are asked for: the last ones, as many as can be looked at. */
const DEFAULT_STEPS = 100;

/** Characters that are written at a time, about. */
const PIECE = 65_536;

/** What a trace has in it. */
export interface WrittenTrace extends StepsRange {
  /** Slices of work and of its phases. */
  readonly slices: number;
}

/**
 * Writes what was done in some steps as a trace, reading the timeline as it writes.
 *
 * @param timeline file
 * @param run its name, for people
 * @param wanted the last 100 steps unless given; steps that there are not are left out
 * @param file is replaced; may be a device
 * @throws TaskweaveError `FILE_MISSING` without a timeline, `CONFIG_INVALID` if it has none of the steps,
 *   `OUTPUT_NOT_WRITABLE`
 */
export async function writeTrace(
  timeline: string,
  run: string,
  wanted: StepsRange | undefined,
  file: string,
): Promise<WrittenTrace> {
  const there = await stepsThere(timeline);
  const { from, to } = wanted ?? { from: Math.max(there.from, there.to - DEFAULT_STEPS + 1), to: there.to };
  const range = { from: Math.max(from, there.from), to: Math.min(to, there.to) };
  if (range.from > range.to) throw noSuchSteps(run, { from, to }, there);
  const counts = { slices: 0 };
  await writeOutputFile(file, traceText(timeline, run, range, counts), '--out');
  return { ...range, ...counts };
}

/** The first and the last step that a timeline tells of. */
async function stepsThere(timeline: string): Promise<StepsRange> {
  let there: StepsRange | undefined;
  for await (const line of streamTimeline(timeline)) {
    const step = stepOf(line);
    if (line.kind === 'step') {
      there = { from: Math.min(step, there?.from ?? step), to: Math.max(step, there?.to ?? step) };
    }
  }
  if (there !== undefined) return there;
  throw new TaskweaveError({
    code: 'FILE_MISSING',
    message: 'The run has no record of where its time went.',
    subject: timeline,
    expected: 'a timeline with at least one step',
    action: 'Wait for the first step. Runs of earlier releases have no timeline.',
  });
}

async function* traceText(
  timeline: string,
  run: string,
  range: StepsRange,
  counts: { slices: number },
): AsyncGenerator<string, void, void> {
  const events = new TraceEvents();
  const facts = JSON.stringify({ run, steps: `${range.from}-${range.to}` });
  yield `{"displayTimeUnit":"ms","otherData":${facts},"traceEvents":[`;
  let separator = '\n';
  let text = '';
  for await (const line of streamTimeline(timeline)) {
    if (!isWithin(line, range)) continue;
    for (const event of events.of(line)) {
      text += separator + JSON.stringify(event);
      separator = ',\n';
      if (event.ph === 'X') counts.slices++;
    }
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}\n]}\n`;
}

function noSuchSteps(run: string, wanted: StepsRange, there: StepsRange): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `The run ${run} has not done these steps.`,
    subject: '--steps',
    found: `${wanted.from}-${wanted.to}`,
    expected: `steps from ${there.from} to ${there.to}`,
  });
}
