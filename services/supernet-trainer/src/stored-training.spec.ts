import { listFolders, openBlobStore, removeFolder } from '@taskweave/checkpoints';
import { TrainerServiceClient } from '@taskweave/contracts';
import { float32 } from '@taskweave/engine';
import { STORAGE_VARIABLE, callServerStream, connect } from '@taskweave/service-kit';
import { runSpecSchema, type RunPlan } from '@taskweave/spec';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { service } from './server.js';
import { loadTraining, storeTraining } from './stored-training.js';

const tensors = {
  weights: { a: float32([2], [1, -0]) },
  optimizer: { 'a/momentum': float32([2], [0.5, 3]) },
};
const architect = {
  run: 'run',
  stateJson: '{"alpha":[0.1]}',
  alpha: [0.1],
  softGates: [0.5],
  discreteGates: [1],
  probabilities: [0.5],
  metrics: undefined,
  step: 4,
};

function planOf(seed: number): RunPlan {
  const spec = runSpecSchema.parse({ seed, tasks: [{ id: 'left' }, { id: 'right' }] });
  return { spec, method: 'search', networks: [], tasks: [], imageShape: [36, 36, 1] };
}

let folder: string;
let blobs: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskweave-stored-'));
  blobs = join(folder, 'blobs');
  process.env['TASKWEAVE_BLOBS'] = blobs;
  process.env['TMPDIR'] = join(folder, 'scratch');
  await mkdir(join(folder, 'scratch'));
});
afterEach(async () => {
  for (const name of ['TASKWEAVE_BLOBS', 'TMPDIR']) delete process.env[name];
  await rm(folder, { recursive: true });
});

const store = (to: string) => storeTraining(to, 'run', planOf(1), 4, tensors, architect as never);

describe.each([
  ['a folder', () => join(folder, 'checkpoints'), () => join(folder, 'checkpoints', 'step-00000004')],
  [
    'the blob store',
    () => 'blob:run/1',
    () => expect.stringMatching(/^blob:run\/1\/step-00000004-[0-9a-f]{64}$/),
  ],
])('a training in %s', (_, to, expected) => {
  it('is read as it was written, and leaves nothing else', async () => {
    const path = await store(to());
    expect(path).toEqual(expected());
    expect(await loadTraining(path, planOf(1))).toEqual({ step: 4, tensors, architect: { alpha: [0.1] } });
    expect(await readdir(join(folder, 'scratch'))).toEqual([]);
  });

  it('is not continued with another spec', async () => {
    await expect(loadTraining(await store(to()), planOf(2))).rejects.toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
    });
  });
});

describe('a training in the blob store', () => {
  it('is refused when it is damaged or gone', async () => {
    const path = await store('blob:run/1');
    const name = path.slice('blob:'.length);
    const weights = join(blobs, name, 'weights.safetensors');
    const bytes = await readFile(weights);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(weights, bytes);
    await expect(loadTraining(path, planOf(1))).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
    const opened = await openBlobStore(blobs);
    expect(await listFolders(opened)).toEqual([name]);
    await removeFolder(opened, name);
    await expect(loadTraining(path, planOf(1))).rejects.toMatchObject({ code: 'FILE_MISSING' });
    expect(await readdir(join(folder, 'scratch'))).toEqual([]);
  });

  it('needs a store', async () => {
    delete process.env['TASKWEAVE_BLOBS'];
    await expect(store('blob:run/1')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: 'TASKWEAVE_BLOBS',
    });
  });

  it('that does not take it leaves nothing behind', async () => {
    await writeFile(blobs, 'a file in its place');
    await expect(store('blob:run/1')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(await readdir(join(folder, 'scratch'))).toEqual([]);
  });
});

describe('a request', () => {
  it.each([
    ['checkpointFolder', 'blob:other/1'],
    ['checkpointFolder', 'blob:run/../other'],
    ['checkpointFolder', 'blob:'],
    ['resumeFrom', 'blob:run'],
    ['resumeFrom', 'blob:run/.x'],
  ])('with %s %s is refused, whatever folders are allowed', async (field, path) => {
    process.env[STORAGE_VARIABLE] = folder;
    const trainer = await service.start({});
    const connection = connect(TrainerServiceClient, trainer.address, { name: 'supernet-trainer' });
    const request = {
      run: 'run',
      planJson: JSON.stringify(planOf(1)),
      dataAddress: '127.0.0.1:1',
      architectAddress: '127.0.0.1:1',
      checkpointFolder: '',
      resumeFrom: '',
      group: undefined,
      [field]: path,
    };
    const first = callServerStream(connection, 'train', request)[Symbol.asyncIterator]().next();
    await expect(first).rejects.toMatchObject({ code: 'MESSAGE_INVALID', found: JSON.stringify(path) });
    connection.close();
    await trainer.stop();
    delete process.env[STORAGE_VARIABLE];
  });
});
