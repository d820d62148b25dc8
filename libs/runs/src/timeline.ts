import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { appendToFile } from './files.js';

/** A part of some work, as its span is called, e.g. `data-wait` or `weight-step`. */
export interface TimelinePhase {
  readonly phase: string;
  /** Seconds after the work began. */
  readonly start: number;
  readonly seconds: number;
}

/**
 * What was done when: one line of timeline.jsonl. Unlike a history it tells of all that really happened, so a step that was
 * done again after a crash is in it twice.
 */
export interface TimelineLine {
  readonly kind: 'step' | 'checkpoint' | 'evaluation';
  /** A step, counted from 0; for a checkpoint and its evaluation the steps done. */
  readonly step: number;
  /** Who did it: the name of a trainer in its group, or the address of an evaluator. */
  readonly by: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly began: number;
  readonly phases: readonly TimelinePhase[];
  /** Trace id of its spans, 32 hexadecimal digits. */
  readonly trace: string;
}

const KINDS: readonly unknown[] = ['step', 'checkpoint', 'evaluation'];

/** The line of a text, or undefined for half of one, which a killed process leaves. */
export function parseTimeline(text: string): TimelineLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<TimelineLine> | null;
    const known = KINDS.includes(line?.kind) && Array.isArray(line?.phases) && Number.isFinite(line?.began);
    return known && Number.isInteger(line?.step) ? (line as TimelineLine) : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a timeline.jsonl, those that cannot be read left out; none when there is no such file. */
export function readTimeline(path: string): TimelineLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .map(parseTimeline)
    .filter((line) => line !== undefined);
}

/** The same one by one, for a timeline of any length. */
export async function* streamTimeline(path: string): AsyncGenerator<TimelineLine, void, void> {
  if (!existsSync(path)) return;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const line = parseTimeline(text);
    if (line !== undefined) yield line;
  }
}

const microseconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/**
 * Adds lines to a timeline, times rounded to microseconds.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function appendTimeline(path: string, lines: readonly TimelineLine[]): Promise<void> {
  const text = lines.map((line) => {
    const phases = line.phases.map(({ phase, start, seconds }) => ({
      phase,
      start: microseconds(start),
      seconds: microseconds(seconds),
    }));
    return `${JSON.stringify({ ...line, phases })}\n`;
  });
  if (text.length > 0) await appendToFile(path, text.join(''));
}
