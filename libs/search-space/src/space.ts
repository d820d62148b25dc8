import type { RandomStream } from '@taskweave/common';

/**
 * The seam between search strategies and what they search. Everything here is immutable and plain data: a code or
 * a set of logits can be sent, stored, hashed and read back with JSON.
 */

/** One decision of an architecture. */
export interface Gene {
  /** Unique within its space, e.g. an edge's id. */
  readonly id: string;
  readonly kind: 'bit' | 'categorical';
  /** Names of the choices; a code holds an index into this list. A bit's are `['drop', 'keep']`. */
  readonly choices: readonly string[];
  /** Indices of the choices that are still open, ascending; all of them unless the space was restricted. */
  readonly allowed: readonly number[];
  /** What belongs together for regularisers and reports, e.g. the direction `left->right`. */
  readonly group: string;
  /** Multiply-accumulates per image of each choice. */
  readonly cost?: readonly number[];
}

/** A discrete architecture. */
export interface ArchCode {
  /** Id of the space it belongs to. */
  readonly space: string;
  /** Chosen index per gene, in gene order. */
  readonly genes: readonly number[];
}

/** A continuous relaxation of an architecture. */
export interface Relaxed {
  /** Id of the space it belongs to. */
  readonly space: string;
  /** One block per gene, in gene order: one logit for a bit, one per choice for a categorical gene. */
  readonly logits: readonly number[];
}

/**
 * A space of architectures.
 *
 * Methods that draw are pure functions of their {@link RandomStream}: they use its uniforms 0..genes.length-1, so
 * give every call a stream (name or step) of its own.
 */
export interface SearchSpace {
  /** Names the layout of the genes. A restricted space keeps the id: its codes are codes of the full space too. */
  readonly id: string;
  readonly genes: readonly Gene[];
  /** A uniformly random code. */
  sample(random: RandomStream): ArchCode;
  /** A copy in which every gene was, with the given probability (0..1), changed to another allowed choice. */
  mutate(code: ArchCode, random: RandomStream, probability: number): ArchCode;
  /** Uniform crossover: every gene from one of the parents, each with probability one half. */
  cross(first: ArchCode, second: ArchCode, random: RandomStream): ArchCode;
  /** Whether the code belongs to this space, with every gene at an allowed choice. */
  valid(code: ArchCode): boolean;
  /** The code as features for a predictor: 0 or 1 for a bit, one-hot for a categorical gene. */
  encode(code: ArchCode): Float64Array;
  /** The code that logits stand for. A bit is kept iff its logit is > 0; a gene with one open choice takes it. */
  discretise(relaxed: Relaxed): ArchCode;
  /** Logits that stand for the code: +strength for what is chosen, -strength for what is not. strength > 0. */
  relax(code: ArchCode, strength: number): Relaxed;
  /** The space with only those open choices for which `keep` holds. Refuses a gene without any. */
  restrict(keep: (gene: Gene, choice: string) => boolean): SearchSpace;
}
