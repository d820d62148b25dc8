import { describe, expect, it } from 'vitest';
import { openEngine } from './open-engine.js';

describe('openEngine', () => {
  it.each([
    ['onnx', /^onnxruntime \d+\.\d+\.\d+ on the CPU, 2 thread/],
    ['cpu', /^TensorFlow\.js \d+\.\d+\.\d+ .*1 thread/],
  ] as const)('opens %s and says what it is', async (id, description) => {
    const engine = await openEngine({ id, threads: 2 });
    expect(engine.id).toBe(id);
    expect(engine.description).toMatch(description);
    await engine.dispose();
  });

  it('names the packages that the tensorflow engine needs', async () => {
    await expect(openEngine({ id: 'tensorflow', threads: 1 })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      subject: 'engine.id',
      expected: '@tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu',
      found: expect.stringContaining('not installed'),
    });
  });
});
