/** An edge and how likely the search would keep it. */
export interface EdgeChoice {
  /** `<source task>/<source stage>-><target task>/<target stage>`. */
  readonly id: string;
  readonly probability: number;
}

/** The edges from one network into another. */
export interface DirectionChoice {
  /** Task the features come from. */
  readonly from: string;
  /** Task that takes them. */
  readonly to: string;
  readonly kept: readonly EdgeChoice[];
  readonly dropped: readonly EdgeChoice[];
}
