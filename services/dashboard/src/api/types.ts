/** What the server tells the page: JSON of every answer. Types only, shared by both. */

/** Where a run stands, and how it goes. */
export interface RunStatus {
  /** Name within the folder of runs; that of a run in a sweep holds a slash. */
  readonly name: string;
  readonly phase: 'starting' | 'searching' | 'evaluating' | 'completed' | 'stopped' | 'failed';
  /** Whether a process is at work on it. */
  readonly alive: boolean;
  /** Steps done. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** Why it failed. */
  readonly error?: string;
}

/** A line of the list of runs. */
export interface RunSummary extends RunStatus {
  readonly createdAt: string;
  readonly method: string;
  readonly seed: number;
  readonly tasks: readonly string[];
  /** Test scores of the discrete network, once the run is completed. */
  readonly scores: readonly ShownScore[];
}

/** The score of one task, with its unit. */
export interface ShownScore {
  readonly task: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: MetricUnit;
}

export type MetricUnit = 'share' | 'degrees' | 'metres' | 'none';

/** A point of a network after which features can be fused. */
export interface ApiStage {
  readonly name: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly block: number;
}

export interface ApiNetwork {
  readonly task: string;
  readonly stages: readonly ApiStage[];
}

/** A candidate edge between two networks, in edge order. */
export interface ApiEdge {
  readonly id: string;
  readonly sourceNetwork: number;
  readonly sourceStage: number;
  readonly targetNetwork: number;
  readonly targetStage: number;
  readonly channels: number;
  readonly sourceChannels: number;
  /** Multiply-accumulates for one image. */
  readonly macs: number;
  readonly params: number;
  /** Whether the finished network has it; absent while that is not decided. */
  readonly kept?: boolean;
}

/** Test scores of one network of a finished run, and what it costs. */
export interface ApiSystem {
  /** `soft supernet`, `discrete`, or the method of a baseline. */
  readonly name: string;
  readonly scores: readonly ShownScore[];
  readonly params?: number;
  readonly macs?: number;
}

/** A file of a run that can be downloaded. */
export interface ApiFile {
  readonly name: string;
  readonly bytes: number;
}

/** What does not change from step to step. */
export interface RunDetails extends RunSummary {
  readonly codeVersion: string;
  readonly engine: string;
  /** The spec as YAML. */
  readonly config: string;
  readonly networks: readonly ApiNetwork[];
  readonly edges: readonly ApiEdge[];
  /** Unit by name of a metric. */
  readonly units: Readonly<Record<string, MetricUnit>>;
  readonly systems: readonly ApiSystem[];
  readonly files: readonly ApiFile[];
  /** Steps of which there are pictures of predictions, ascending. */
  readonly pictures: readonly number[];
}

/** Tables that curves come from. */
export type TableName = 'steps' | 'evaluations' | 'phases';

/** How much there is of a run, and which reading of its files it was counted in. */
export interface RunCounts {
  /** Changes when anything that was read before may have changed: the page then reads all of it again. */
  readonly epoch: string;
  /** Rows of every table. */
  readonly rows: Readonly<Record<TableName, number>>;
  readonly gates: number;
  readonly events: number;
  /** Changes with the run's record, result and pictures. */
  readonly details: string;
}

/** The news of a stream. */
export interface RunNews extends RunCounts {
  readonly status: RunStatus;
  /** By name of a column of the table `steps`: its last value. */
  readonly latest: Readonly<Record<string, number>>;
}

/**
 * Columns of a table, several rows to a point: mean, least and greatest value of each point, null where there is none. Without
 * `low` and `high` every point is one row.
 */
export interface SeriesAnswer {
  readonly epoch: string;
  readonly table: TableName;
  /** Steps to a point; points start at multiples of it. */
  readonly size: number;
  /** Names of all columns of the table. */
  readonly columns: readonly string[];
  /** Mean step of every point, ascending. */
  readonly x: readonly number[];
  readonly series: Readonly<Record<string, SeriesColumn>>;
}

export interface SeriesColumn {
  readonly mean: readonly (number | null)[];
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

/** Probabilities of the edges over time. */
export interface GatesAnswer {
  readonly epoch: string;
  /** Index of the first line given. */
  readonly first: number;
  readonly steps: readonly number[];
  readonly edges: number;
  /** Probabilities in 1/65535, little-endian 16 bits each, edge by edge within a step; base64. */
  readonly data: string;
}

/** Something that happened, for people. */
export interface ApiEvent {
  /** Milliseconds since 1970-01-01 UTC; absent where it is not known. */
  readonly time?: number;
  readonly step: number;
  readonly kind: 'phase' | 'checkpoint' | 'evaluation' | 'warning' | 'error' | 'opened';
  readonly text: string;
}

export interface EventsAnswer {
  readonly epoch: string;
  /** The newest ones, newest first. */
  readonly events: readonly ApiEvent[];
  readonly total: number;
}

/** A service or process of a run. */
export interface Member {
  readonly name: string;
  readonly address?: string;
  readonly pid?: number;
  readonly health: 'SERVING' | 'NOT_SERVING' | 'UNKNOWN' | 'UNREACHABLE';
}

/** Pictures of predictions at one step, as the run's folder has them. */
export interface PicturesAnswer {
  readonly step: number;
  readonly network: string;
  readonly examples: readonly PictureExample[];
}

export interface PictureExample {
  readonly image: string;
  readonly tasks: readonly PictureTask[];
}

export interface PictureTask {
  readonly task: string;
  readonly kind: string;
  readonly truth?: string;
  readonly prediction?: string;
  readonly truthText?: string;
  readonly predictionText?: string;
}

/** Fields of the specs that differ between runs. */
export interface CompareAnswer {
  readonly runs: readonly RunDetails[];
  readonly differences: readonly { readonly field: string; readonly values: readonly string[] }[];
}

/** An error of the server. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly action?: string;
}
