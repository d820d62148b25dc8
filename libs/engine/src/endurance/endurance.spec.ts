import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Holdings } from './endurance-main.js';

const ENTRY = fileURLToPath(new URL('../../dist/endurance/endurance-main.js', import.meta.url));
const MIB = 2 ** 20;

describe('2,000 rounds of training on the onnx engine', () => {
  let warm: Holdings;
  let end: Holdings;

  beforeAll(async () => {
    // A process of its own: what other tests hold must not show.
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ENTRY]);
    [warm, end] = JSON.parse(stdout) as [Holdings, Holdings];
  });

  it('leave no tensor behind', () => {
    expect([warm.rounds, end.rounds]).toEqual([500, 2000]);
    expect(end.tensors).toBe(warm.tensors);
  });

  it('have a session for each program: two passes, two batch sizes', () => {
    expect([warm.sessions, end.sessions]).toEqual([4, 4]);
  });

  it.each([
    ['resident', 8],
    ['heap', 1],
    ['external', 0.02],
    ['arrayBuffers', 0.01],
  ] as const)(
    'hold no more %s memory after 2,000 rounds than after 500, give or take %d MiB',
    (kind, room) => {
      expect(end[kind] - warm[kind]).toBeLessThan(room * MIB);
    },
  );
});
