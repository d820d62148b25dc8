/** Real files for the tests of readers. */
import { encodePng } from '@taskweave/images';
import type { NamedTensor } from '@taskweave/common';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'taskweave-data-'));
}

export async function writeIn(root: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** A PNG of 8 bits whose channels at row y and column x are what the function gives. */
export function png(width: number, height: number, at: (y: number, x: number) => number[]): Uint8Array {
  const channels = at(0, 0).length;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set(at(y, x), (y * width + x) * channels);
  return encodePng({ width, height, channels, data });
}

/** A NumPy file of float32 or float64. */
export function npy(data: Float32Array | Float64Array, shape: number[] = [data.length]): Uint8Array {
  const descr = data instanceof Float32Array ? '<f4' : '<f8';
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const begin = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, length & 255, length >> 8]);
  const text = Buffer.from(`${header.padEnd(length - 1)}\n`, 'latin1');
  return Buffer.concat([begin, text, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/** A tensor of a batch by its name. */
export function tensor(tensors: readonly NamedTensor[], name: string): NamedTensor {
  const found = tensors.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no tensor ${name}`);
  return found;
}
