/** How well a task's network does on a whole split. */
export interface TaskScore {
  /** Name of the metric, e.g. `accuracy`. */
  readonly metric: string;
  /** In the metric's own unit, e.g. 0..1 for accuracy. */
  readonly value: number;
  /** Mean over the examples. */
  readonly loss: number;
  readonly examples: number;
  /** Further figures by name, e.g. `pixel accuracy`; absent for kinds of tasks that have none. */
  readonly details?: Readonly<Record<string, number>>;
}

/** By task. */
export type Scores = Readonly<Record<string, TaskScore>>;

/** Scores of the relaxed supernet and of the network with every edge kept or dropped. */
export interface NetworkScores {
  readonly soft: Scores;
  readonly discrete: Scores;
}

/** Whether a value is scores of one network or two, whoever wrote it. */
export function isScores(value: unknown): value is Partial<NetworkScores> {
  const networks = entriesOf(value);
  return (
    networks.length > 0 &&
    networks.every(([name, scores]) => (name === 'soft' || name === 'discrete') && isScored(scores))
  );
}

function isScored(scores: unknown): boolean {
  const tasks = entriesOf(scores);
  return (
    tasks.length > 0 &&
    tasks.every(([, score]) => {
      const { metric, value, loss, examples } = (score ?? {}) as Partial<Record<keyof TaskScore, unknown>>;
      return typeof metric === 'string' && [value, loss, examples].every((one) => typeof one === 'number');
    })
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
