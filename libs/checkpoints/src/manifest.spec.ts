import { TaskweaveError } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { parseManifest } from './manifest.js';

const file = { name: 'weights.safetensors', bytes: 8, sha256: 'a'.repeat(64) };
const valid = {
  format: 'taskweave-checkpoint',
  version: 1,
  run: 'digits-1',
  step: 1200,
  specHash: '0'.repeat(64),
  codeVersion: '0.1.0',
  dataCursor: { weights: 1200 },
  rng: { seed: 1 },
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  engine: { id: 'onnx', device: 'cpu', threads: 2 },
  files: [file],
  createdAt: '2026-01-31T12:00:00.000Z',
};

const refusal = (manifest: unknown): TaskweaveError => {
  try {
    parseManifest(typeof manifest === 'string' ? manifest : JSON.stringify(manifest), 'manifest.json');
  } catch (error) {
    return error as TaskweaveError;
  }
  throw new Error('nothing was refused');
};

it('accepts a valid manifest', () => {
  expect(parseManifest(JSON.stringify(valid), 'manifest.json')).toEqual(valid);
});

describe('refuses', () => {
  it.each(Object.keys(valid))('a manifest without %s', (field) => {
    const error = refusal({ ...valid, [field]: undefined });
    expect(error.code).toBe('CHECKPOINT_DAMAGED');
    expect(error.subject).toMatch(new RegExp(`^manifest\\.json, ${field}`));
    expect(error.expected).toBeTruthy();
  });

  it.each<[string, object]>([
    ['version', { version: 2 }],
    ['step', { step: -1 }],
    ['step', { step: 1.5 }],
    ['step', { step: '1200' }],
    ['specHash', { specHash: 'A'.repeat(64) }],
    ['dataCursor', { dataCursor: [] }],
    ['rng.seed', { rng: { seed: 2 ** 32 } }],
    ['rng.state', { rng: { seed: 1, state: 2 } }],
    ['traceparent', { traceparent: `00-${'0'.repeat(32)}-${'2'.repeat(16)}-01` }],
    ['engine.threads', { engine: { ...valid.engine, threads: 0 } }],
    ['engine', { engine: 'onnx' }],
    ['files[0].bytes', { files: [{ ...file, bytes: -1 }] }],
    ['files[0].sha256', { files: [{ ...file, sha256: 'a' }] }],
    ['files[0]', { files: ['weights.safetensors'] }],
    ['files[1].name', { files: [file, { ...file, name: 'WEIGHTS.safetensors' }] }],
    ['createdAt', { createdAt: 'yesterday' }],
    ['extra', { extra: 1 }],
  ])('%s', (field, change) => {
    expect(refusal({ ...valid, ...change }).subject).toBe(`manifest.json, ${field}`);
  });

  it.each([
    '../../etc/passwd',
    '..',
    '.',
    '.hidden',
    '/etc/passwd',
    'a/b',
    'a\\b',
    'a\0b',
    '',
    'C:x',
    'manifest.json',
    'n'.repeat(300),
  ])('the file name %j', (name) => {
    expect(refusal({ ...valid, files: [{ ...file, name }] }).subject).toBe('manifest.json, files[0].name');
  });

  it.each(['', '{', 'null', '[]', '1'])('the text %j', (text) => {
    expect(refusal(text)).toMatchObject({
      code: 'CHECKPOINT_DAMAGED',
      subject: 'manifest.json, (whole file)',
    });
  });
});
