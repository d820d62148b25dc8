import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareDevice } from './compare-device.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskweave-gpu-'));
});
afterAll(() => rm(folder, { recursive: true }));

const JOB = { device: 'cpu', threads: 1, cases: 2 } as const;

/** A process that speaks like the real one, but is killed as by a driver at the op `relu`. */
async function crashingEntry(): Promise<string> {
  const entry = join(folder, 'crash.mjs');
  await writeFile(
    entry,
    `const tell = (message) => new Promise((done) => process.send(message, done));
     for (const op of JSON.parse(process.argv[2]).ops) {
       await tell({ kind: 'op-begins', op });
       if (op === 'relu') process.kill(process.pid, 'SIGSEGV');
       await tell({ kind: 'op', result: { op, error: 0 } });
     }
     await tell({ kind: 'done' });`,
  );
  return entry;
}

describe('comparing the ops of a device', () => {
  it('runs them in another process', async () => {
    const begun: string[] = [];
    const { ops, failure } = await compareDevice({ ...JOB, ops: ['relu', 'matMul'] }, (op) => begun.push(op));
    expect(failure).toBeUndefined();
    expect(begun).toEqual(['relu', 'matMul']);
    expect(ops.map(({ op, failure }) => [op, failure])).toEqual([
      ['relu', undefined],
      ['matMul', undefined],
    ]);
  });

  it('counts a crash as a failure of the op, and goes on with the next', async () => {
    const entry = await crashingEntry();
    const found = await compareDevice({ ...JOB, ops: ['abs', 'relu', 'tanh'] }, () => undefined, entry);
    expect(found).toEqual({
      ops: [
        { op: 'abs', error: 0 },
        { op: 'relu', failure: 'its process ended (SIGSEGV)' },
        { op: 'tanh', error: 0 },
      ],
    });
  });

  it('stops when the device does not open', async () => {
    const { ops, failure } = await compareDevice(
      { ...JOB, device: 'nothing' as never, ops: ['abs'] },
      () => undefined,
    );
    expect(ops).toEqual([]);
    expect(failure).toContain('nothing');
  });
});
