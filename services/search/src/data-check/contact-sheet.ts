import type { NamedTensor } from '@taskweave/common';
import type { DataReport, DataSet, Draw, Part } from '@taskweave/datasets';
import { encodePng, sheet, type Raster } from '@taskweave/images';
import { hostTensors } from '@taskweave/engine';
import { labelName } from '@taskweave/supernet';
import { drawInput, taskKinds } from '@taskweave/tasks';

/** Examples shown of each part. */
const SHOWN = { train: 6, validation: 2, test: 2 } as const;

/**
 * Pictures of some examples as a PNG: a row each with the image and its labels as they are; and of training examples,
 * behind them, as a network gets them.
 *
 * @param draw of the augmentation
 * @returns undefined when no example can be read
 */
export async function contactSheet(
  dataSet: DataSet,
  { tasks, parts, problems }: DataReport,
  draw: Draw,
): Promise<Uint8Array | undefined> {
  const rows: Raster[][] = [];
  const ids = tasks.map(({ id }) => id);
  for (const { part, examples } of parts) {
    const bad = new Set(problems.filter((one) => one.part === part).map(({ index }) => index));
    const good = Array.from({ length: examples }, (_, i) => i).filter((index) => !bad.has(index));
    for (const index of spread(good, SHOWN[part])) {
      const read = (from?: Draw): Promise<NamedTensor[]> =>
        dataSet.read(part, Uint32Array.of(index), ids, from);
      const row = drawExample(await read(), tasks);
      rows.push(isTraining(part) ? [...row, ...drawExample(await read(draw), tasks)] : row);
    }
  }
  return rows.length === 0 ? undefined : encodePng(sheet(rows, 4));
}

function isTraining(part: Part): boolean {
  return part === 'train';
}

/** So many of a list, from its beginning to its end. */
function spread(list: readonly number[], count: number): number[] {
  const step = Math.max(1, list.length / count);
  return Array.from({ length: Math.min(count, list.length) }, (_, i) => list[Math.floor(i * step)]!);
}

function drawExample(tensors: NamedTensor[], tasks: DataReport['tasks']): Raster[] {
  const batch = hostTensors(tensors);
  const labels = tasks.map((task) => taskKinds[task.kind].drawLabel(batch[labelName(task.id)]!, 0, task));
  return [...drawInput(batch['image']!, 0), ...labels];
}
