/** Checks traces against the rules of the format, for tests. */
import { expect } from 'vitest';

interface AnyEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * Expects a trace of which every event has what its kind needs, every row a name that comes before its slices, and no two
 * slices of a row lie across each other's ends.
 */
export function expectTrace({ traceEvents }: { readonly traceEvents: readonly unknown[] }): void {
  const events = traceEvents as readonly AnyEvent[];
  const named = new Set<string>();
  const rows = new Map<string, AnyEvent[]>();
  for (const event of events) {
    const { ph, name, pid, tid, ts, dur, id, args } = event;
    expect(typeof name).toBe('string');
    expect([pid, tid].every((number) => Number.isInteger(number) && number >= 0)).toBe(true);
    if (ph === 'M') {
      expect(['process_name', 'process_sort_index', 'thread_name']).toContain(name);
      expect(typeof args![name === 'process_sort_index' ? 'sort_index' : 'name']).toBe(
        name === 'process_sort_index' ? 'number' : 'string',
      );
      named.add(`${name} ${pid} ${name === 'thread_name' ? tid : 0}`);
      continue;
    }
    expect(['X', 's', 'f']).toContain(ph);
    expect(Number.isSafeInteger(ts)).toBe(true);
    expect([...named]).toEqual(
      expect.arrayContaining([`process_name ${pid} 0`, `thread_name ${pid} ${tid}`]),
    );
    if (ph === 'X') {
      expect(Number.isSafeInteger(dur) && dur! >= 0).toBe(true);
      const row = `${pid} ${tid}`;
      rows.set(row, [...(rows.get(row) ?? []), event]);
    } else expect(Number.isInteger(id)).toBe(true);
  }
  for (const row of rows.values()) expectNested(row);
}

/** By a stack, as viewers do it. */
function expectNested(row: readonly AnyEvent[]): void {
  const slices = row.map(({ ts, dur }) => ({ begin: ts!, end: ts! + dur! }));
  slices.sort((a, b) => a.begin - b.begin || b.end - a.end);
  const open: number[] = [];
  for (const { begin, end } of slices) {
    while (open.length > 0 && open.at(-1)! <= begin) open.pop();
    expect(end).toBeLessThanOrEqual(open.at(-1) ?? Infinity);
    open.push(end);
  }
}
