import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import type { DataSet, Part } from '../data-set.js';
import type { DataProblem, DataReport, PartReport } from './report.js';
import { LabelStatistics, RangeSum } from './statistics.js';

const PARTS: readonly Part[] = ['train', 'validation', 'test'];

/** Examples read at a time: enough for all threads, few enough for memory. */
const AT_A_TIME = 16;

export interface CheckOptions {
  /** Ids of the tasks whose labels are read; all by default. */
  readonly tasks?: readonly string[];
  /** Told after every few examples. */
  onProgress?(done: number, of: number): void;
}

/**
 * Reads every example of a data set once, without augmentation, and says what is in it and what is wrong with it.
 * Numbers are in the order of the examples, so the same files give the same report.
 *
 * @throws TaskweaveError only for faults of Taskweave: what is wrong with the data is in the report
 */
export async function checkDataSet(dataSet: DataSet, options: CheckOptions = {}): Promise<DataReport> {
  const tasks = dataSet.tasks.filter(({ id }) => options.tasks?.includes(id) ?? true);
  const problems: DataProblem[] = [];
  const total = PARTS.reduce((sum, part) => sum + dataSet.sizes[part], 0);
  let done = 0;
  const parts: PartReport[] = [];
  for (const part of PARTS) {
    const report = await checkPart(dataSet, part, tasks, (examples) => {
      done += examples;
      options.onProgress?.(done, total);
    });
    parts.push(report.part);
    problems.push(...report.problems);
  }
  return { tasks, imageShape: dataSet.imageShape, parts, problems };
}

async function checkPart(
  dataSet: DataSet,
  part: Part,
  tasks: DataSet['tasks'],
  onRead: (examples: number) => void,
): Promise<{ part: PartReport; problems: DataProblem[] }> {
  const size = dataSet.sizes[part];
  const ids = tasks.map(({ id }) => id);
  const problems: DataProblem[] = [];
  const sizes: Record<string, number> = {};
  const image = new RangeSum();
  const labels = tasks.map((task) => new LabelStatistics(task));
  let readable = 0;
  for (let first = 0; first < size; first += AT_A_TIME) {
    const indices = Array.from({ length: Math.min(AT_A_TIME, size - first) }, (_, i) => first + i);
    const read = indices.map((index) => dataSet.read(part, Uint32Array.of(index), ids));
    const results = await Promise.allSettled(read);
    results.forEach((result, i) => {
      if (result.status === 'rejected') problems.push(problemOf(result.reason, part, indices[i]!));
      else {
        readable++;
        addExample(result.value);
      }
    });
    onRead(indices.length);
  }
  if (part !== 'train' && Object.keys(sizes).length > 1) problems.push(manySizes(part, sizes));
  return {
    part: {
      part,
      examples: size,
      readable,
      sizes,
      image: image.result(),
      labels: labels.map((one) => one.result()),
    },
    problems,
  };

  function addExample([picture, ...maps]: NamedTensor[]): void {
    const [, height, width] = picture!.shape;
    const key = `${width}x${height}`;
    sizes[key] = (sizes[key] ?? 0) + 1;
    for (const value of picture!.data) image.add(value);
    maps.forEach(({ data }, i) => labels[i]!.add(data));
  }
}

function problemOf(thrown: unknown, part: Part, index: number): DataProblem {
  const error = TaskweaveError.from(thrown);
  if (error.exitCode === 1) throw error;
  return { ...error.toDetails(), part, index };
}

/** Images that are scored come whole, and those of a batch must be alike. */
function manySizes(part: Part, sizes: Readonly<Record<string, number>>): DataProblem {
  return {
    part,
    code: 'DATA_INVALID',
    message: `Images for ${part} are of different sizes, so they cannot share a batch.`,
    found: Object.entries(sizes)
      .map(([size, count]) => `${count} of ${size}`)
      .join(', '),
    expected: 'one size',
    action: 'Bring them to one size, in the files or by an option of the data set.',
  };
}
