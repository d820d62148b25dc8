import { tf, withScope, type Tensor } from '@taskweave/engine';
import type { Backbone } from './backbone.js';

/**
 * A backbone that is given some channels of the image only.
 *
 * @param backbone made for images of as many channels as are selected
 * @param task prefix of its scopes
 * @param channels indices of channels of the whole image, in the order in which the backbone gets them
 */
export function selectChannels(backbone: Backbone, task: string, channels: readonly number[]): Backbone {
  const runs = consecutiveRuns(channels);
  // In the scope of the stage that it feeds, so that the selection is not kept where that stage's input is not.
  const scope = `${task}/${backbone.stages[0]!.name}`;
  return {
    ...backbone,
    stage(context, index, x) {
      if (index > 0) return backbone.stage(context, index, x);
      const selected = withScope(scope, () => selectRuns(x, runs));
      return backbone.stage(context, index, selected);
    },
  };
}

interface Run {
  readonly first: number;
  readonly count: number;
}

/** `[4, 5, 2]` is 2 channels from 4 and 1 from 2. */
function consecutiveRuns(channels: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const channel of channels) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === channel) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else runs.push({ first: channel, count: 1 });
  }
  return runs;
}

function selectRuns(image: Tensor, runs: readonly Run[]): Tensor {
  const slices = runs.map(({ first, count }) => tf.slice(image, [0, 0, 0, first], [-1, -1, -1, count]));
  return slices.length === 1 ? slices[0]! : tf.concat(slices, 3);
}
