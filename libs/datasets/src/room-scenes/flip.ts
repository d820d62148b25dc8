import type { Rendering } from './rendering/render.js';

/** The same scene in a mirror: columns in reverse order, and normals that point to the other side. */
export function flipped({ image, labels, normals, depth }: Rendering, size: number): Rendering {
  const turned = mirrored(normals, new Float32Array(normals.length), size, 3);
  for (let at = 0; at < turned.length; at += 3) turned[at] = -turned[at]!;
  return {
    image: mirrored(image, new Float32Array(image.length), size, 3),
    labels: mirrored(labels, new Int32Array(labels.length), size, 1),
    normals: turned,
    depth: mirrored(depth, new Float32Array(depth.length), size, 1),
  };
}

function mirrored<T extends Float32Array | Int32Array>(from: T, to: T, size: number, channels: number): T {
  for (let pixel = 0; pixel < size * size; pixel++) {
    const column = pixel % size;
    const target = pixel - column + (size - 1 - column);
    for (let c = 0; c < channels; c++) to[target * channels + c] = from[pixel * channels + c]!;
  }
  return to;
}
