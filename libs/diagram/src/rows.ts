import type { NetworkDeclaration } from '@taskweave/search-space';

/** The rows of one resolution block. */
export interface BlockRows {
  readonly block: number;
  /** Index of its first row. */
  readonly first: number;
  /** Number of rows: stages of the network that has most in this block. */
  readonly count: number;
}

export interface AlignedRows {
  /** Row of every stage, by network and stage. */
  readonly rowOf: readonly (readonly number[])[];
  readonly blocks: readonly BlockRows[];
}

/** Puts networks side by side, stages of the same place in the same block in one row; what is missing leaves a gap. */
export function alignRows(networks: readonly NetworkDeclaration[]): AlignedRows {
  const ids = [...new Set(networks.flatMap(({ stages }) => stages.map(({ block }) => block)))];
  const blocks: BlockRows[] = [];
  for (const block of ids.sort((a, b) => a - b)) {
    const counts = networks.map(({ stages }) => stages.filter((stage) => stage.block === block).length);
    const previous = blocks.at(-1);
    const first = previous === undefined ? 0 : previous.first + previous.count;
    blocks.push({ block, first, count: Math.max(...counts) });
  }
  const rowOf = networks.map(({ stages }) =>
    stages.map(({ block }, i) => {
      const place = i - stages.findIndex((stage) => stage.block === block);
      return blocks.find((rows) => rows.block === block)!.first + place;
    }),
  );
  return { rowOf, blocks };
}
