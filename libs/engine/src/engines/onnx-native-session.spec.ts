import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compile } from '../compiler/compile.js';
import type { Program } from '../program.js';
import { tf } from '../tf.js';
import { openBindingSession } from './onnx-binding-session.js';
import { openNativeSession, openNativeSessions } from './onnx-native-session.js';
import { createSession } from './onnx-session.js';

const program: Program = {
  name: 'mixed',
  inputs: { x: { dtype: 'float32', shape: [2, 3] }, shift: { dtype: 'int32', shape: [] } },
  reads: [],
  run: (_, { x, shift }) => ({
    outputs: {
      product: tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true),
      largest: tf.add(tf.argMax(x!, 1), shift!),
      positive: tf.greater(x!, 0),
      sum: tf.sum(x!),
    },
  }),
};
const options = { device: 'cpu', threads: 1 } as const;
const feeds = (): Record<string, ort.Tensor> => ({
  x: new ort.Tensor('float32', [1.5, -2, 3, 0.1, 7, -0.2], [2, 3]),
  shift: new ort.Tensor('int32', [10], []),
});

describe('a native session', () => {
  it("gives what the Node binding's session gives, of every element type", async () => {
    const native = openNativeSession(compile(program, {}), options);
    const binding = await openBindingSession(compile(program, {}), options);
    const [found, expected] = [await native.run(feeds()), await binding.run(feeds())];
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { type, dims, data }] of Object.entries(expected)) {
      const { type: foundType, dims: foundDims, data: foundData } = found[name]!;
      expect({ foundType, foundDims, foundData }, name).toEqual({
        foundType: type,
        foundDims: dims,
        foundData: data,
      });
    }
    await Promise.all([native.release(), binding.release()]);
  });

  it('writes an output to the memory it is given', async () => {
    const native = openNativeSession(compile(program, {}), options);
    const product = new ort.Tensor('float32', new Float32Array(4), [2, 2]);
    const { data } = product;
    const results = await native.run(feeds(), { 'output/product': product });
    expect(results['output/product']).toBe(product);
    expect(product.data).toBe(data);
    expect((data as Float32Array)[0]).toBe(1.5 ** 2 + 4 + 9);
    await native.release();
  });

  it('says what is wrong when a tensor is of another shape, and works on', async () => {
    const native = openNativeSession(compile(program, {}), options);
    const x = new ort.Tensor('float32', new Float32Array(8), [2, 4]);
    await expect(native.run({ ...feeds(), x })).rejects.toThrow(/dimension|shape/i);
    const results = await native.run(feeds());
    expect(results['output/sum']!.data[0]).toBeCloseTo(9.4, 5);
    await native.release();
  });

  it('is counted until it is released', async () => {
    const before = openNativeSessions();
    const native = openNativeSession(compile(program, {}), options);
    expect(openNativeSessions()).toBe(before + 1);
    await native.release();
    expect(openNativeSessions()).toBe(before);
  });

  it('refuses a damaged program', async () => {
    const compiled = { ...compile(program, {}), bytes: Uint8Array.of(8, 1, 255, 255) };
    await expect(createSession(compiled, options)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('mixed'),
    });
  });

  it('writes the profile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taskweave-profile-'));
    try {
      const native = openNativeSession(compile(program, {}), { ...options, profile: join(folder, 'p-') });
      await native.run(feeds());
      native.endProfiling();
      await native.release();
      const [file] = await readdir(folder);
      expect(file).toMatch(/^p-mixed/);
      expect(await readFile(join(folder, file!), 'utf8')).toContain('MatMul');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
