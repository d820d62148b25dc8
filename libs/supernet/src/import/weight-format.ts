import type { Supernet } from '../supernet.js';

/** Where a parameter of ours lies in a file of weights. */
export interface ParameterSource {
  /** Full name of our parameter. */
  readonly parameter: string;
  /** Name of the tensor in the file. */
  readonly from: string;
  /** `oihw`: a convolution's kernel with output channels first; ours have them last (HWIO). Default: as it is. */
  readonly layout?: 'oihw';
  /** Name of a tensor of the same shape that is subtracted. */
  readonly minus?: string;
}

/** Where the architecture weight of an edge lies in a file of weights. */
export interface AlphaSource {
  readonly from: string;
  readonly shape: readonly number[];
  /** Row-major position in the tensor. */
  readonly index: number;
}

/** What is wanted of a file: the networks of all tasks, or of one; with or without fusion nodes. */
export interface WantedPart {
  /** Id of the only task. */
  readonly task?: string;
  readonly fusion: boolean;
}

/** The names by which some program stores the weights of a network. One file each in this folder. */
export interface WeightFormat {
  readonly id: string;
  /** Name of a preset with the networks that these names are of, if there is one. */
  readonly preset?: string;
  /** Whether the names in a file are of this format. */
  recognises(names: ReadonlySet<string>): boolean;
  /** Whether a tensor of this name may be left out without a word. */
  ignores(name: string): boolean;
  /** Whether a tensor of this name belongs to nothing that is wanted. By default all do. */
  isOutside?(name: string, part: WantedPart): boolean;
  /** False for weights of a part only, e.g. of trunks: all other parameters keep their initial values. */
  readonly complete: boolean;
  /**
   * Where each parameter comes from.
   *
   * @param names those in the file
   * @throws TaskweaveError CONFIG_INVALID when the format has no names for such networks
   */
  parameters(supernet: Supernet, names: ReadonlySet<string>): ParameterSource[];
  /** Where the architecture weight of each edge comes from, in edge order; absent: the format has none. */
  alphas?(supernet: Supernet): AlphaSource[];
}
