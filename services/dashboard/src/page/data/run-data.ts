import { signal, type Signal } from '@preact/signals';
import type {
  ApiEvent,
  EventsAnswer,
  GatesAnswer,
  Member,
  RunDetails,
  RunNews,
  SeriesAnswer,
  TableName,
} from '../../api/types.js';
import { ask } from './client.js';
import { NO_GATES, withGates, type Gates } from './gates.js';
import { listen } from './live.js';
import { tailStart, withTail } from './series.js';

/** Points of a curve: more than most screens have pixels in its width. */
const POINTS = 600;
/** How long to wait between two readings of what grows. */
const PAUSE_MS = 700;
/** Members are asked for their health no more often than this. */
const MEMBERS_MS = 5_000;

const TABLES: readonly TableName[] = ['steps', 'evaluations', 'phases'];

/** Which steps curves show; all of them unless given. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Everything the page knows of one run, kept up to date while it is shown. */
export class RunData {
  readonly run: string;
  readonly news = signal<RunNews | undefined>(undefined);
  readonly details = signal<RunDetails | undefined>(undefined);
  readonly series: Readonly<Record<TableName, Signal<SeriesAnswer | undefined>>> = {
    steps: signal(undefined),
    evaluations: signal(undefined),
    phases: signal(undefined),
  };
  readonly gates = signal<Gates>(NO_GATES);
  readonly events = signal<readonly ApiEvent[]>([]);
  readonly members = signal<readonly Member[]>([]);
  readonly failure = signal<string | undefined>(undefined);
  readonly range = signal<Range | undefined>(undefined);
  readonly #end: () => void;
  #read: RunNews | undefined;
  #reading = false;
  #ended = false;
  #membersAt = -Infinity;

  constructor(run: string) {
    this.run = run;
    this.#end = listen<RunNews>(
      { run },
      (news) => {
        this.news.value = news;
        void this.#follow();
      },
      (message) => (this.failure.value = message),
    );
  }

  /** Shows some steps only, finer; all of them without a range. */
  async zoom(range: Range | undefined): Promise<void> {
    this.range.value = range;
    try {
      for (const table of TABLES) await this.#readSeries(table, true);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  end(): void {
    this.#ended = true;
    this.#end();
  }

  /** Reads what is new until nothing is. */
  async #follow(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    while (!this.#ended && this.#read !== this.news.value) {
      const news = this.news.value!;
      try {
        await this.#readNew(news);
        this.#read = news;
        this.failure.value = undefined;
      } catch (thrown) {
        this.#fail(thrown);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#reading = false;
  }

  #fail(thrown: unknown): void {
    this.failure.value = thrown instanceof Error ? thrown.message : String(thrown);
  }

  async #readNew(news: RunNews): Promise<void> {
    const { run } = this;
    const known = this.#read;
    const anew = known?.epoch !== news.epoch;
    const changed = known?.details !== news.details || known?.status.phase !== news.status.phase;
    if (anew || changed || known?.rows.evaluations !== news.rows.evaluations) {
      this.details.value = await ask<RunDetails>('run', { run });
    }
    for (const table of TABLES) {
      if (anew || known?.rows[table] !== news.rows[table]) await this.#readSeries(table, anew);
    }
    if (anew || known?.gates !== news.gates) {
      const gates = this.gates.value;
      const first = anew ? 0 : gates.steps.length;
      this.gates.value = withGates(anew ? NO_GATES : gates, await ask<GatesAnswer>('gates', { run, first }));
    }
    if (anew || known?.events !== news.events) {
      this.events.value = (await ask<EventsAnswer>('events', { run })).events;
    }
    if (!news.status.alive) this.members.value = [];
    else if (changed || performance.now() - this.#membersAt > MEMBERS_MS) {
      this.#membersAt = performance.now();
      this.members.value = await ask<Member[]>('members', { run });
    }
  }

  async #readSeries(table: TableName, anew: boolean): Promise<void> {
    const series = this.series[table];
    const known = series.value;
    const range = this.range.value;
    const query = { run: this.run, table, points: POINTS, ...range };
    // Evaluations may come in another order than that of their steps.
    const whole = anew || known === undefined || table === 'evaluations' || known.x.length > 2 * POINTS;
    if (whole) {
      series.value = await ask<SeriesAnswer>('series', query);
      return;
    }
    const from = Math.max(tailStart(known), range?.from ?? 0);
    if (range !== undefined && from > range.to) return;
    const tail = await ask<SeriesAnswer>('series', { ...query, from, size: known.size });
    if (tail.epoch !== known.epoch || tail.size !== known.size) return this.#readSeries(table, true);
    series.value = withTail(known, tail);
  }
}
