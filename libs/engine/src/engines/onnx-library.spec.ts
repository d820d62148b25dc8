import { describe, expect, it } from 'vitest';
import { addressOf, libraryFile, onnxRuntime } from './onnx-library.js';

describe("onnxruntime's library", () => {
  it('makes objects and gives them back', () => {
    const { call, make } = onnxRuntime();
    const options = make('CreateSessionOptions');
    expect(options).not.toBe(0n);
    call('ReleaseSessionOptions', options);
  });

  it('turns a status into an error with its message', () => {
    const { call, make } = onnxRuntime();
    const options = make('CreateSessionOptions');
    try {
      expect(() => call('SetSessionGraphOptimizationLevel', options, -7)).toThrow(/optimization/i);
      expect(() => call('AddSessionConfigEntry', options, '', 'x')).toThrow(/key/i);
    } finally {
      call('ReleaseSessionOptions', options);
    }
  });

  it('is refused where the package has none', () => {
    expect(() => libraryFile('plan9', 'x64')).toThrow(
      expect.objectContaining({ code: 'ENGINE_UNAVAILABLE', subject: expect.stringContaining('plan9') }),
    );
  });
});

describe('an address', () => {
  it('is that of the first element, also of part of a buffer, and stays', () => {
    const whole = new Float32Array(8);
    const address = addressOf(whole);
    expect(addressOf(whole.subarray(3)) - address).toBe(12n);
    globalThis.gc?.();
    expect(addressOf(whole)).toBe(address);
  });
});
