/**
 * Timelines in the trace event format of Chrome, which Perfetto reads too
 * (docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU).
 */
import type { TimelineLine } from '@taskweave/runs';
import { TraceRow, type Stretch } from './trace-row.js';

interface Place {
  /** Of the member. */
  readonly pid: number;
  /** Of the row of it, from 1. */
  readonly tid: number;
}

/** One event; times in microseconds after the first work of the trace. */
export type TraceEvent = Place &
  (
    | { readonly ph: 'M'; readonly name: string; readonly args: { readonly [name: string]: string | number } }
    | {
        readonly ph: 'X';
        readonly name: string;
        readonly cat: TimelineLine['kind'];
        readonly ts: number;
        readonly dur: number;
        readonly args: { readonly step: number; readonly began?: string; readonly trace?: string };
      }
    /** An arrow from a checkpoint to its evaluation. */
    | {
        readonly ph: 's' | 'f';
        readonly name: string;
        readonly cat: string;
        readonly id: number;
        readonly ts: number;
        readonly bp?: 'e';
      }
  );

/** Work is stamped in whole milliseconds, so that it may seem to begin before the work before it has ended. */
const WORK_ROUNDING = 1500;
/** Beginnings and lengths of phases are rounded to microseconds. */
const PHASE_ROUNDING = 2;

interface Member {
  readonly pid: number;
  readonly rows: TraceRow[];
}

/** Turns lines of a timeline into events, one after the other. A member's work must come in the order in which it was done. */
export class TraceEvents {
  readonly #members = new Map<string, Member>();
  #origin: number | undefined;

  /** The events of some work: the names of new rows first, then the work and its phases within it. */
  *of(line: TimelineLine): Generator<TraceEvent, void, void> {
    const { kind, step, began, phases, trace } = line;
    this.#origin ??= began;
    const stamped = (began - this.#origin) * 1000;
    const dur = Math.max(0, ...phases.map(({ start, seconds }) => microseconds(start + seconds)));
    const member = yield* this.#member(line);
    const work = yield* place(member, 0, { ts: stamped, dur }, WORK_ROUNDING, false);
    const name = kind === 'step' ? `step ${step}` : kind;
    const args = { step, began: new Date(began).toISOString(), ...(trace !== '' && { trace }) };
    yield { ph: 'X', name, cat: kind, ...work, args };
    if (kind === 'step') {
      for (const { phase, start, seconds } of phases) {
        const [from, to] = [microseconds(start), microseconds(start + seconds)];
        const stretch = { ts: work.ts + from, dur: to - from };
        const placed = yield* place(member, work.tid - 1, stretch, PHASE_ROUNDING, true);
        yield { ph: 'X', name: phase, cat: kind, ...placed, args: { step } };
      }
      return;
    }
    const { ts, pid, tid } = work;
    const arrow = { name: 'evaluation', cat: 'evaluation', id: step, ts, pid, tid };
    yield kind === 'checkpoint' ? { ph: 's', ...arrow } : { ph: 'f', bp: 'e', ...arrow };
  }

  *#member({ by, kind }: TimelineLine): Generator<TraceEvent, Member, void> {
    const name = kind === 'evaluation' ? `evaluator ${by}` : by;
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const pid = this.#members.size + 1;
    const member = { pid, rows: [] };
    this.#members.set(name, member);
    const sortIndex = kind === 'evaluation' ? 1000 + pid : pid;
    yield { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } };
    yield { ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: sortIndex } };
    return member;
  }
}

/** Puts a slice into the first row of a member, from `first` on, that it fits into, or a new one. */
function* place(
  { pid, rows }: Member,
  first: number,
  stretch: Stretch,
  rounding: number,
  within: boolean,
): Generator<TraceEvent, Stretch & Place, void> {
  for (let row = first; ; row++) {
    if (row === rows.length) {
      rows.push(new TraceRow());
      const name = row === 0 ? 'work' : `at the same time, ${row + 1}`;
      yield { ph: 'M', name: 'thread_name', pid, tid: row + 1, args: { name } };
    }
    const placed = rows[row]!.place(stretch, rounding, within);
    if (placed !== undefined) return { ...placed, pid, tid: row + 1 };
  }
}

function microseconds(seconds: number): number {
  return Math.round(seconds * 1e6);
}
