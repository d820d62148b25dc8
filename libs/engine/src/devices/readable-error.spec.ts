import { expect, it } from 'vitest';
import { readableError } from './readable-error.js';

it.each([
  [
    '/src/webgpu_context.cc:136 void onnxruntime::Initialize(const Config&)::<lambda()> result.status == Status::Success was false. Failed to get a WebGPU adapter: No supported adapters\n\n',
    'Failed to get a WebGPU adapter: No supported adapters',
  ],
  [
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'Failed to load shared library',
  ],
  ['already plain', 'already plain'],
])('keeps what people need of %s', (message, kept) => {
  expect(readableError(message)).toBe(kept);
});
