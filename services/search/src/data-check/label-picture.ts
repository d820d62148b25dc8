import { raster, type Raster } from '@taskweave/images';
import type { NamedTensor } from '@taskweave/common';
import type { TaskDeclaration } from '@taskweave/spec';

const NO_LABEL = 255;
const NOTHING = [64, 64, 64] as const;
/** Side of the plain square that stands for a class of a whole image. */
const SWATCH = 24;

/** A picture of one example's label: classes in colours, directions as (n + 1) / 2, other numbers from dark to light. */
export function drawLabel({ shape, data }: NamedTensor, example: number, task: TaskDeclaration): Raster {
  const size = shape.slice(1).reduce((product, extent) => product * extent, 1);
  const own = data.subarray(example * size, (example + 1) * size);
  const kind: string = task.kind;
  if (kind === 'classification') return paint(SWATCH, SWATCH, () => classColour(own[0]!));
  if (kind === 'soft-classification')
    return paint(SWATCH, SWATCH, () => classColour(own.indexOf(Math.max(...own))));
  const [, height = 1, width = 1] = shape;
  if (kind === 'segmentation')
    return paint(width, height, (i) => (own[i] === NO_LABEL ? NOTHING : classColour(own[i]!)));
  if (kind === 'surface-normals')
    return paint(width, height, (i) => {
      const vector = [...own.subarray(3 * i, 3 * i + 3)];
      if (vector.every((part) => part === NO_LABEL)) return NOTHING;
      const isRaw = vector.some((part) => part > 1.01);
      return vector.map((part) => (isRaw ? part : (part + 1) * 127.5));
    });
  let [least, most] = [Infinity, -Infinity];
  for (const value of own) {
    if (value === NO_LABEL) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return paint(width, height, (i) => {
    if (own[i] === NO_LABEL) return NOTHING;
    const grey = (255 * (own[i]! - least)) / Math.max(1e-9, most - least);
    return [grey, grey, grey];
  });
}

/** Colours that differ from class to class: steps of the golden angle around the colour circle. */
function classColour(index: number): number[] {
  const hue = (index * 0.618034) % 1;
  const light = 1 - 0.25 * (index % 3);
  return [0, 1 / 3, 2 / 3].map(
    (third) => 255 * light * (0.55 + 0.45 * Math.cos(2 * Math.PI * (hue - third))),
  );
}

function paint(width: number, height: number, colourAt: (pixel: number) => readonly number[]): Raster {
  const picture = raster(width, height, 3);
  for (let i = 0; i < width * height; i++) picture.data.set(colourAt(i), 3 * i);
  return picture;
}
