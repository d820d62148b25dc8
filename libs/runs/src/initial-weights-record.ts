/** A file that a run started from. */
export interface InitialFileRecord {
  /** The field of the spec, e.g. `tasks[1].initialWeights`. */
  readonly field: string;
  /** Absolute. */
  readonly file: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** How its names were recognised. */
  readonly format: string;
  /** How many parameters it gave. */
  readonly parameters: number;
  /** How many of its tensors belong to nothing that was wanted, such as fusion nodes or other tasks' networks. */
  readonly unused: number;
}

/** What the training of a run started from, where that is not chance alone. */
export interface InitialWeightsRecord {
  readonly files: readonly InitialFileRecord[];
  /** Names of the parameters that no file says anything of. */
  readonly random: readonly string[];
}
