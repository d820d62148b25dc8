import { describe, expect, it } from 'vitest';
import { probe } from '../devices/probe.js';
import { float32 } from '../host-tensor.js';
import type { Program } from '../program.js';
import { normal, relativeError } from '../testing.js';
import { tf } from '../tf.js';
import { openEngineOn } from './open-engine-on.js';

// Runs where a Vulkan, Metal or Direct3D 12 driver is: `VK_ICD_FILENAMES` may name Mesa's software one.
const { available } = await probe({ id: 'onnx', device: 'webgpu', threads: 1, benchmark: false });

describe.runIf(available)('webgpu', () => {
  const filter = normal('filter', [3, 3, 2, 4]);
  const program: Program = {
    name: 'update',
    inputs: { image: { dtype: 'float32', shape: [2, 6, 6, 2] } },
    reads: ['filter', 'count'],
    run: ({ filter: kernel, count }, { image }) => ({
      outputs: { sum: tf.sum(tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same')) },
      state: { filter: tf.mul(kernel!, 0.5), count: tf.add(count!, 1) },
    }),
  };
  const image = normal('image', [2, 6, 6, 2]);

  it('keeps state on the device from step to step, and gives it back', async () => {
    const engine = await openEngineOn({ id: 'onnx', device: 'webgpu', threads: 1 });
    expect(engine.device).toBe('webgpu');
    const state = engine.createState({ filter, count: float32([1], [0]) });
    const executable = await engine.compile(program, state);
    for (let step = 0; step < 3; step++) await executable.run({ image });
    const after = await state.read();
    expect(after['count']!.data[0]).toBe(3);
    expect(
      relativeError(
        after['filter']!.data,
        Float32Array.from(filter.data, (x) => x / 8),
      ),
    ).toBeLessThan(1e-6);
    state.write({ count: float32([1], [10]) });
    await executable.run({ image });
    expect((await state.read(['count']))['count']!.data[0]).toBe(11);
    await executable.dispose();
    // The tensors outlive the program that made them.
    expect((await state.read(['count']))['count']!.data[0]).toBe(11);
  });
});
