import { enlarge, sheet, type Raster } from '@taskweave/images';
import type { HostTensor } from '@taskweave/engine';
import type { TaskDeclaration } from '@taskweave/spec';
import { taskKinds } from '../registry.js';

/** Height in pixels that small pictures are enlarged to, about. */
const HEIGHT = 120;

/** What is known of a task for one example. */
export interface ComparedTask {
  readonly task: TaskDeclaration;
  /** Labels of a batch; absent: nothing is known. */
  readonly label?: HostTensor;
  /** The network's raw outputs for the same batch; absent: only labels are drawn. */
  readonly output?: HostTensor;
}

/**
 * One row per task: the image, the label, the prediction. Small pictures are enlarged to be looked at.
 *
 * @param image as it was given to the network, 8 bits
 * @param example its number in the batch
 */
export function comparisonSheet(image: Raster, example: number, tasks: readonly ComparedTask[]): Raster {
  return sheet(
    tasks.map(({ task, label, output }) => {
      const { drawLabel, drawOutput } = taskKinds[task.kind];
      const size = [image.height, image.width] as const;
      return [
        image,
        ...(label === undefined ? [] : [drawLabel(label, example, task)]),
        ...(output === undefined ? [] : [drawOutput(output, example, size, task, label)]),
      ].map(legible);
    }),
    4,
  );
}

/** A picture, enlarged by a whole number if it is too small to be looked at. */
export function legible(picture: Raster): Raster {
  return enlarge(picture, Math.max(1, Math.round(HEIGHT / picture.height)));
}
