import {
  lockOwner,
  parseGates,
  parseHistory,
  parseTimeline,
  type RunFolder,
  type RunRecord,
} from '@taskweave/runs';
import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiEvent, RunCounts, RunNews, RunStatus, TableName } from '../api/types.js';
import { FileTail } from './file-tail.js';
import { GatesTable } from './gates-table.js';
import { rowOfHistory, rowOfTimeline } from './history-rows.js';
import { eventOfLog, eventOfTimeline } from './log-events.js';
import { Table } from './table.js';

/** Enough for a long list; older ones are in the run's folder. */
const MOST_EVENTS = 5_000;

/** What the files of one run hold, read as they grow. */
export class RunFiles {
  readonly folder: RunFolder;
  readonly name: string;
  readonly tables: Readonly<Record<TableName, Table>> = {
    steps: new Table(),
    evaluations: new Table(),
    phases: new Table(),
  };
  readonly gates = new GatesTable();
  readonly #events: { log: ApiEvent[]; timeline: ApiEvent[] } = { log: [], timeline: [] };
  readonly #tails: readonly (() => Promise<unknown>)[];
  readonly #boot = randomUUID().slice(0, 8);
  #epoch = 0;
  #record: RunRecord | undefined;
  #details = '';
  #reading: Promise<void> | undefined;
  #readAt = -Infinity;

  constructor(folder: RunFolder, name: string) {
    this.folder = folder;
    this.name = name;
    const { steps, evaluations, phases } = this.tables;
    const events = this.#events;
    this.#tails = [
      this.#tail(
        folder.search.history,
        () => [steps, evaluations].forEach((table) => table.clear()),
        (text) => {
          const line = parseHistory(text);
          if (line !== undefined)
            (line.kind === 'step' ? steps : evaluations).add(line.step, rowOfHistory(line));
        },
      ),
      this.#tail(
        folder.search.gates,
        () => this.gates.clear(),
        (text) => {
          const line = parseGates(text);
          if (line !== undefined) this.gates.add(line);
        },
      ),
      this.#tail(
        folder.search.timeline,
        () => {
          phases.clear();
          events.timeline.length = 0;
        },
        (text) => {
          const line = parseTimeline(text);
          if (line?.kind === 'step') phases.add(line.step, rowOfTimeline(line));
          else if (line !== undefined) keep(events.timeline, eventOfTimeline(line));
        },
      ),
      this.#tail(
        join(folder.messages, 'events.log'),
        () => void (events.log.length = 0),
        (text) => keep(events.log, eventOfLog(text)),
      ),
    ];
  }

  #tail(path: string, clear: () => void, take: (line: string) => void): () => Promise<unknown> {
    const tail = new FileTail(path);
    const onReplaced = (): void => {
      this.#epoch++;
      clear();
    };
    return () => tail.poll(onReplaced, take);
  }

  /**
   * Reads what is new in the files.
   *
   * @param maxAgeMs how old what was read last may be
   * @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` for the run's record
   */
  async refresh(maxAgeMs = 0): Promise<void> {
    if (this.#reading === undefined && performance.now() - this.#readAt < maxAgeMs) return;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      this.#readAt = performance.now();
    });
    await this.#reading;
  }

  async #read(): Promise<void> {
    const { folder } = this;
    const stamps = [folder.record, folder.result, join(folder.path, 'pictures'), folder.model]
      .map(stamp)
      .join(' ');
    if (stamps !== this.#details || this.#record === undefined) {
      this.#record = folder.readRecord();
      this.#details = stamps;
    }
    for (const poll of this.#tails) await poll();
  }

  /** As it was read last. */
  get record(): RunRecord {
    return this.#record!;
  }

  /** What happened, oldest first. */
  get events(): readonly ApiEvent[] {
    return [...this.#events.log, ...this.#events.timeline].sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  }

  get status(): RunStatus {
    const { phase, plan, error } = this.record;
    return {
      name: this.name,
      phase,
      alive: lockOwner(this.folder.lock) !== undefined,
      step: this.tables.steps.last + 1,
      steps: plan.spec.steps,
      ...(error !== undefined && { error: error.message }),
    };
  }

  get counts(): RunCounts {
    const { steps, evaluations, phases } = this.tables;
    return {
      epoch: `${this.#boot}-${this.#epoch}`,
      rows: { steps: steps.rows, evaluations: evaluations.rows, phases: phases.rows },
      gates: this.gates.lines,
      events: this.#events.log.length + this.#events.timeline.length,
      details: this.#details,
    };
  }

  get news(): RunNews {
    return { ...this.counts, status: this.status, latest: this.tables.steps.latest() };
  }
}

function keep(events: ApiEvent[], event: ApiEvent | undefined): void {
  if (event === undefined) return;
  events.push(event);
  if (events.length > MOST_EVENTS * 1.1) events.splice(0, events.length - MOST_EVENTS);
}

/** Changes when a file or folder does. */
function stamp(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    const inside = path.endsWith('pictures') ? readdirSync(path).length : 0;
    return `${ino}.${size}.${Math.round(mtimeMs)}.${inside}`;
  } catch {
    return '-';
  }
}
