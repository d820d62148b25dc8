/** One line of a panel: several runs of one kind. */
export interface ComparisonRow {
  readonly label: string;
  /** What the numbers are in words, e.g. `98.11 ± 0.09`. */
  readonly text: string;
  /** Whether no row of the panel is better. */
  readonly best: boolean;
  /** Score of each run. */
  readonly values: readonly number[];
  /** Their mean; absent when there are none. */
  readonly mean?: number;
  /** Their standard deviation; absent for one run. */
  readonly deviation?: number;
  /** Mean of the supernets before discretisation. */
  readonly soft?: number;
}

/** All rows by one metric, on one scale; numbers in the unit that the title tells. */
export interface ComparisonPanel {
  /** E.g. `left accuracy, %`. */
  readonly title: string;
  readonly higherIsBetter: boolean;
  readonly rows: readonly ComparisonRow[];
  /** Marked by a line through all rows. */
  readonly reference?: { readonly value: number; readonly label: string };
}

/** A comparison to draw. */
export interface ComparisonDrawing {
  readonly title: string;
  /** Short lines under the title. */
  readonly notes?: readonly string[];
  readonly panels: readonly ComparisonPanel[];
}
