import { TaskweaveError } from '@taskweave/common';
import type { StageDeclaration } from './declaration.js';

/** Which stages of one network may feed the fusion after a stage of another. */
export interface EdgeRule {
  /**
   * - `same-block` (default; MTL-NAS, CVPR 2020): blocks are matched by their index and stages by their place within the
   *   block; a source lies in the target's block and is no deeper in it. Both ends have one shape.
   * - `cross-block`: stages are matched by their index in the network; a source is any stage that is no deeper. It is
   *   resized to the target's resolution, and may have other channels.
   */
  readonly rule?: 'same-block' | 'cross-block';
  /**
   * How far back a source may lie, in stages: it is fewer than this many stages less deep than its target. An integer
   * >= 1; 1 allows same-depth edges only, MTL-NAS (CVPR 2020) uses 3.
   */
  readonly depthLimit: number;
}

/** Place of every stage within its block, counted from 0. */
function placesInBlock(stages: readonly StageDeclaration[]): number[] {
  return stages.map(({ block }, i) => i - stages.findIndex((stage) => stage.block === block));
}

/**
 * The sources of every stage of a target network in a source network, ascending, by a rule.
 *
 * @throws TaskweaveError `CONFIG_INVALID` if the depth limit is no integer >= 1
 */
export function sourcesByRule(
  source: readonly StageDeclaration[],
  target: readonly StageDeclaration[],
  { rule = 'same-block', depthLimit }: EdgeRule,
): number[][] {
  if (!Number.isInteger(depthLimit) || depthLimit < 1) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'the depth limit leaves no candidate edge',
      subject: 'space.depthLimit',
      found: `${depthLimit}`,
      expected: 'an integer >= 1',
    });
  }
  const depths =
    rule === 'same-block'
      ? { source: placesInBlock(source), target: placesInBlock(target) }
      : { source: [...source.keys()], target: [...target.keys()] };
  return target.map((into, i) =>
    source.flatMap((from, j) => {
      const distance = depths.target[i]! - depths.source[j]!;
      const near = distance >= 0 && distance < depthLimit;
      return near && (rule === 'cross-block' || from.block === into.block) ? [j] : [];
    }),
  );
}
