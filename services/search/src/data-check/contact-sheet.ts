import type { NamedTensor } from '@taskweave/common';
import type { DataReport, DataSet, Draw, Part } from '@taskweave/datasets';
import { encodePng, raster, sheet, type Raster } from '@taskweave/images';
import { hostTensors, type HostTensor } from '@taskweave/engine';
import { labelName } from '@taskweave/supernet';
import { taskKinds } from '@taskweave/tasks';

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
  return [...drawImage(batch['image']!), ...labels];
}

/**
 * What a network gets, stretched from black to white: means and deviations shift and scale it. One picture in grey or
 * colour; of an image of other than 1 or 3 channels, one in grey for each of them.
 */
function drawImage({ shape, data }: HostTensor): Raster[] {
  const [, height = 0, width = 0, channels = 1] = shape;
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const byte = (value: number): number => (255 * (value - least)) / Math.max(1e-9, most - least);
  if (channels === 1 || channels === 3) {
    const picture = raster(width, height, channels);
    data.forEach((value, i) => (picture.data[i] = byte(value)));
    return [picture];
  }
  return Array.from({ length: channels }, (_, channel) => {
    const picture = raster(width, height, 1);
    for (let i = 0; i < width * height; i++) picture.data[i] = byte(data[i * channels + channel]!);
    return picture;
  });
}
