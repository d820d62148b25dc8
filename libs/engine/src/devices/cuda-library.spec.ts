import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { missingCudaLibrary } from './cuda-library.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'taskweave-cuda-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('says how to get the library, and is content when it is there', () => {
  expect(missingCudaLibrary('linux', 'x64', root)).toEqual({
    reason: expect.stringContaining('libonnxruntime_providers_cuda.so'),
    action: expect.stringContaining('ONNXRUNTIME_NODE_INSTALL=cuda12'),
  });
  const folder = join(root, 'bin', 'napi-v6', 'linux', 'x64');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'libonnxruntime_providers_cuda.so'), '');
  expect(missingCudaLibrary('linux', 'x64', root)).toBeUndefined();
});

it.each([
  ['darwin', 'arm64'],
  ['linux', 'arm64'],
])('does not send %s %s for a library that does not exist', (platform, arch) => {
  expect(missingCudaLibrary(platform, arch, root)?.reason).toContain(`${platform} ${arch}`);
});
