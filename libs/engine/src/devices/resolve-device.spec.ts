import { describe, expect, it } from 'vitest';
import { missingCudaLibrary } from './cuda-library.js';
import { gpuPresent } from './gpu-present.js';
import { probe } from './probe.js';
import { resolveDevice } from './resolve-device.js';

describe('probe', () => {
  it.each(['onnx', 'cpu'] as const)('opens %s on the cpu in a process of its own', async (id) => {
    const found = await probe({ id, device: 'cpu', threads: 1, benchmark: false });
    expect(found).toMatchObject({ available: true, description: expect.stringMatching(/\d+\.\d+\.\d+/) });
  });

  it('measures the speed on request', async () => {
    const { gflops } = await probe({ id: 'onnx', device: 'cpu', threads: 2, benchmark: true });
    expect(gflops).toBeGreaterThan(0);
  });

  it('tells a crash of the process from an answer', async () => {
    const found = await probe({ id: 'onnx', device: 'nothing' as never, threads: 1, benchmark: false });
    expect(found).toMatchObject({ available: false, reason: expect.stringContaining('nothing') });
  });
});

describe('resolveDevice', () => {
  it('takes the cpu without asking', async () => {
    expect(await resolveDevice({ id: 'tensorflow', device: 'cpu', threads: 1 })).toBe('cpu');
  });

  it('settles auto on a device that opens', async () => {
    const device = await resolveDevice({ id: 'onnx', device: 'auto', threads: 1 });
    const { available } = await probe({ id: 'onnx', device, threads: 1, benchmark: false });
    expect(available).toBe(true);
    expect(await resolveDevice({ id: 'cpu', device: 'auto', threads: 1 })).toBe('cpu');
  });

  it.runIf(missingCudaLibrary() !== undefined && !gpuPresent())(
    'settles auto on the cpu of a machine without a GPU, software drivers or not',
    async () => {
      expect(await resolveDevice({ id: 'onnx', device: 'auto', threads: 1 })).toBe('cpu');
    },
  );

  it.runIf(missingCudaLibrary() !== undefined)('says what cuda misses', async () => {
    await expect(resolveDevice({ id: 'onnx', device: 'cuda', threads: 1 })).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      subject: 'engine.device',
      action: expect.stringContaining('--device cpu'),
    });
  });

  it('refuses a device that the engine has on no machine', async () => {
    await expect(resolveDevice({ id: 'cpu', device: 'webgpu', threads: 1 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      found: 'webgpu',
      expected: 'auto, cpu',
    });
  });
});
