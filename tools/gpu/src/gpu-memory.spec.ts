import { expect, it } from 'vitest';
import { gpuMemoryInUse, gpuNames, parseRows } from './gpu-memory.js';

it("reads the rows of NVIDIA's tool", () => {
  expect(parseRows('NVIDIA L4, 23034, 550.54.15\nTesla T4, 15360, 550.54.15\n')).toEqual([
    ['NVIDIA L4', '23034', '550.54.15'],
    ['Tesla T4', '15360', '550.54.15'],
  ]);
  expect(parseRows('\n')).toEqual([]);
});

it('knows as much of memory as of GPUs', async () => {
  const names = await gpuNames();
  expect((await gpuMemoryInUse()) !== undefined).toBe(names.length > 0);
});
