import { writeCheckpoint, type CheckpointContents } from '@taskweave/checkpoints';
import type { TrainingFolder } from '@taskweave/runs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder } from '@taskweave/runs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findResumePoint, rewindTo } from './resume-point.js';

let root: string;
let folder: TrainingFolder;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'taskweave-resume-'));
  folder = new RunFolder(root).search;
});
afterEach(() => rmSync(root, { recursive: true }));

async function checkpoints(...steps: number[]): Promise<string[]> {
  const folders: string[] = [];
  for (const step of steps) {
    const contents: CheckpointContents = {
      info: {
        ...{ run: 'digits', step, specHash: 'a'.repeat(64), codeVersion: '0.1.0', dataCursor: {} },
        ...{ rng: { seed: 1 }, traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` },
        engine: { id: 'onnx', device: 'cpu', threads: 1 },
      },
      tensors: { weights: [] },
    };
    folders.push(await writeCheckpoint(folder.checkpoints, contents));
  }
  return folders;
}

function historyOf(steps: number): void {
  const lines = Array.from({ length: steps }, (_, step) => `${JSON.stringify({ kind: 'step', step })}\n`);
  writeFileSync(folder.history, lines.join(''));
}

const damage = (checkpoint: string): void => writeFileSync(join(checkpoint, 'weights.safetensors'), 'x');

describe('a training is resumed', () => {
  it('from the newest checkpoint that its history reaches', async () => {
    const [first, second, third] = await checkpoints(4, 8, 12);
    historyOf(11);
    const point = await findResumePoint(folder);
    expect(point).toMatchObject({ step: 8, checkpoint: second, ahead: [third] });
    expect(point.checkpoints.map((one) => one.folder)).toEqual([first, second]);
  });

  it('from the beginning when its trainer was ahead of all of its history', async () => {
    const ahead = await checkpoints(4, 8);
    damage(ahead[1]!);
    historyOf(2);
    const point = await findResumePoint(folder);
    expect(point).toMatchObject({ step: 0, checkpoint: undefined, checkpoints: [], ahead: [ahead[0]] });
    await rewindTo(point);
    expect(await findResumePoint(folder)).toMatchObject({ step: 0, ahead: [], damaged: [] });
  });

  it('from one ahead of its history rather than to lose what was learnt', async () => {
    const [covered, ahead] = await checkpoints(4, 8);
    expect(await findResumePoint(folder)).toMatchObject({ step: 8, checkpoint: ahead });
    historyOf(5);
    damage(covered!);
    expect(await findResumePoint(folder)).toMatchObject({ step: 8, checkpoint: ahead });
  });
});
