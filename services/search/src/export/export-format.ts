import type { ExportedModel, TrainedGraph } from '@taskweave/engine';

/** All that a format writes a network from. */
export interface ExportSource {
  /** The network for images alone, its normalisation folded. */
  readonly graph: TrainedGraph;
  /** Version of Taskweave. */
  readonly version: string;
  /** What a reader should know of the network: text, or JSON, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the batch that the graph was recorded with stands for any. */
  readonly anyBatch: boolean;
}

/** Contents by name: one file, or those of a folder. */
export type ExportedFiles = ReadonlyMap<string, Uint8Array>;

/** A format that networks are exported in. */
export interface ExportFormat {
  readonly id: string;
  /** What follows the name of the run in that of the file; of the folder, for a format of several files. */
  readonly suffix: string;
  readonly isFolder: boolean;
  /** Whether what is written says how large a batch is. */
  readonly hasBatch: boolean;
  /** @throws TaskweaveError CONFIG_INVALID for a network that the format cannot hold */
  write(source: ExportSource): ExportedFiles;
  /**
   * Loads what was written, to see whether it computes what it should.
   *
   * @param threads it may use
   */
  open(files: ExportedFiles, source: ExportSource, threads: number): Promise<ExportedModel>;
}
