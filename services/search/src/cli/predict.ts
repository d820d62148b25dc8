import { findDataSet } from '@taskweave/datasets';
import type { DeviceChoice, HostTensor } from '@taskweave/engine';
import { findRun } from '@taskweave/runs';
import type { TaskDeclaration } from '@taskweave/spec';
import { softmax, topClasses } from '@taskweave/tasks';
import { join } from 'node:path';
import { fitImage, type FittedImage } from '../predict/fit-image.js';
import { loadNetwork, type Predictor } from '../predict/load-network.js';
import { predictImages } from '../predict/predict-images.js';
import { writePictures } from '../predict/write-pictures.js';
import { checkOutputFolder } from '../run/check-output.js';
import { formatTable, shownPath } from './format.js';

/** Classes that are told of a task per image. */
const TOLD = 5;

export interface PredictOptions {
  image: string[];
  /** Folder of the pictures; `predictions` in the run's folder by default. */
  out?: string;
  network: Predictor;
  device?: DeviceChoice;
  output: string;
  json?: boolean;
}

/** A class and how likely a network finds it. */
export interface LikelyClass {
  readonly class: number;
  /** Where the data set knows it. */
  readonly name?: string;
  readonly probability: number;
}

/** What is told of one task of one image. */
interface TaskPrediction {
  readonly task: string;
  readonly kind: TaskDeclaration['kind'];
  /** The picture. */
  readonly file: string;
  /** The likeliest classes, best first; only of tasks per image. */
  readonly classes?: readonly LikelyClass[];
}

interface ImagePrediction {
  readonly image: string;
  /** Width and height of the image, if it was resized. */
  readonly resizedFrom?: readonly [number, number];
  readonly tasks: readonly TaskPrediction[];
}

/** `taskweave predict RUN --image FILE`: pictures of what a run's network says of images of one's own. */
export async function predict(run: string, options: PredictOptions): Promise<void> {
  const { image: paths, network, device, output, json } = options;
  const folder = findRun(run, output);
  const record = folder.readRecord();
  const out = options.out ?? join(folder.path, 'predictions');
  checkOutputFolder(out, '--out');
  const trained = await loadNetwork(folder, record, network);
  const { plan } = trained;
  const images: FittedImage[] = [];
  for (const path of paths) images.push(await fitImage(path, plan));
  const { set, options: dataOptions } = plan.spec.data;
  const scale = await findDataSet(set).inputScale(dataOptions);

  const pictures = images.map(({ picture }) => picture);
  const outputs = await predictImages(trained, pictures, scale, device);
  const written = await writePictures(out, plan.tasks, images, outputs);
  const predictions = images.map(({ path, resizedFrom }, i): ImagePrediction => {
    const tasks = plan.tasks.map((task) => ({
      task: task.id,
      kind: task.kind,
      file: written.images[i]!.files.get(task.id)!,
      ...classesOf(task, outputs[i]!.get(task.id)!),
    }));
    return { image: path, ...(resizedFrom && { resizedFrom }), tasks };
  });
  const [height, width] = plan.imageShape;
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ run: record.run, network, size: [width, height], images: predictions, sheet: written.sheet })}\n`
      : describe(predictions, [width, height], written.sheet),
  );
}

function classesOf(
  { kind, classes: names }: TaskDeclaration,
  { data }: HostTensor,
): Pick<TaskPrediction, 'classes'> {
  if (kind !== 'classification' && kind !== 'soft-classification') return {};
  const probabilities = softmax(data);
  const classes = topClasses(probabilities, TOLD).map((c) => ({
    class: c,
    ...(names !== undefined && { name: names[c]! }),
    probability: probabilities[c]!,
  }));
  return { classes };
}

function describe(
  predictions: readonly ImagePrediction[],
  [width, height]: readonly [number, number],
  sheetFile: string,
): string {
  const blocks = predictions.map(({ image, resizedFrom, tasks }) => {
    const size = resizedFrom && ` (resized from ${resizedFrom.join('x')} to ${width}x${height})`;
    const rows = tasks.map(({ task, classes, file }) => [
      `  ${task}`,
      classes?.map((one) => `${one.name ?? one.class}: ${one.probability.toFixed(2)}`).join('  ') ?? '',
      shownPath(file),
    ]);
    return `${image}${size ?? ''}\n${formatTable(rows)}`;
  });
  return `${blocks.join('\n')}\nAll together: ${shownPath(sheetFile)}\n`;
}
