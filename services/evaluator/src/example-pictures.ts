import type { HostTensor, HostTensors } from '@taskweave/engine';
import { encodePng, resize, sheet, type Raster } from '@taskweave/images';
import type { TaskDeclaration } from '@taskweave/spec';
import { labelName, outputName } from '@taskweave/supernet';
import { drawInput, taskKinds } from '@taskweave/tasks';
import type { ExamplePictures, TaskPictures } from '@taskweave/contracts';

/** Sides of pictures in pixels, at most. */
const MOST_PIXELS = 320;
/** Of all pictures of one answer, which is one message. */
const MOST_BYTES = 8 * 1024 * 1024;

/** One example as it was scored: its image and labels, and what the network says, as batches of one. */
export type ScoredExample = HostTensors;

/**
 * An example of a batch, copied, as the batch's memory is used again.
 *
 * @param tensors each with the batch as its first axis; others are left out
 */
export function copyExample(tensors: HostTensors, example: number, batchSize: number): ScoredExample {
  const copies = Object.entries(tensors)
    .filter(([, { shape }]) => shape[0] === batchSize)
    .map(([name, { dtype, shape, data }]): [string, HostTensor] => {
      const size = data.length / batchSize;
      const copy = data.slice(example * size, (example + 1) * size);
      return [name, { dtype, shape: [1, ...shape.slice(1)], data: copy }];
    });
  return Object.fromEntries(copies);
}

/**
 * Draws examples; the last ones are left out where they would be too many bytes.
 *
 * @param mostBytes of all pictures together
 */
export function drawExamples(
  examples: readonly ScoredExample[],
  tasks: readonly TaskDeclaration[],
  mostBytes = MOST_BYTES,
): ExamplePictures[] {
  const drawn: ExamplePictures[] = [];
  let bytes = 0;
  for (const example of examples) {
    const pictures = drawExample(example, tasks);
    bytes += bytesOf(pictures);
    if (bytes > mostBytes) break;
    drawn.push(pictures);
  }
  return drawn;
}

function drawExample(example: ScoredExample, tasks: readonly TaskDeclaration[]): ExamplePictures {
  const image = example['image']!;
  const drawn = drawInput(image, 0);
  const size = [image.shape[1]!, image.shape[2]!] as const;
  return {
    imagePng: toPng(drawn.length === 1 ? drawn[0]! : sheet([drawn])),
    tasks: tasks.map((task) => drawTask(example, task, size)),
  };
}

function drawTask(
  example: ScoredExample,
  task: TaskDeclaration,
  size: readonly [height: number, width: number],
): TaskPictures {
  const { id, drawLabel, drawOutput, tellLabel, tellOutput } = taskKinds[task.kind];
  const label = example[labelName(task.id)]!;
  const output = example[outputName(task.id)]!;
  return {
    task: task.id,
    kind: id,
    truthPng: toPng(drawLabel(label, 0, task)),
    predictionPng: toPng(drawOutput(output, 0, size, task, label)),
    truthText: tellLabel?.(label, 0, task) ?? '',
    predictionText: tellOutput?.(output, 0, task) ?? '',
  };
}

function toPng(picture: Raster): Uint8Array<ArrayBuffer> {
  const { width, height } = picture;
  const scale = Math.min(1, MOST_PIXELS / Math.max(width, height));
  const side = (pixels: number): number => Math.max(1, Math.round(scale * pixels));
  return Uint8Array.from(encodePng(resize(picture, side(width), side(height))));
}

function bytesOf({ imagePng, tasks }: ExamplePictures): number {
  return tasks.reduce(
    (sum, { truthPng, predictionPng }) => sum + truthPng.length + predictionPng.length,
    imagePng.length,
  );
}
