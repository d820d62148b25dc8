import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { differences, runOutcome } from './run-outcome.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'taskweave-outcome-'));
});
afterEach(() => rm(root, { recursive: true }));

async function run(name: string, files: Record<string, string>): Promise<string> {
  const folder = join(root, name);
  await mkdir(join(folder, 'checkpoints', 'step-4.damaged'), { recursive: true });
  for (const name of ['messages', 'tensorboard', 'pictures', 'baselines']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'checkpoints', 'step-4.damaged', 'weights'), name);
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}

it('does not tell of time, of names and of what was put aside', async () => {
  const first = await run('a-1', {
    'result.json': '{"run": "a-1", "seconds": 2, "accuracy": 0.5, "edges": ["x"]}',
    'history.jsonl': '{"step": 0, "seconds": 1}\n{"step": 1, "seconds": 1}\n',
    'drawing.svg': '<title>a-1</title>',
  });
  const second = await run('a-2', {
    'result.json': '{"accuracy": 0.5, "edges": ["x"], "run": "a-2", "seconds": 3}',
    'history.jsonl': '{"step": 0, "seconds": 2}\n{"step": 1, "seconds": 9}\n',
    'drawing.svg': '<title>a-2</title>',
  });
  expect(differences(await runOutcome(second), await runOutcome(first))).toEqual([]);
});

it('does not tell of what happened on the way, but of pictures that are others', async () => {
  const kept = { 'pictures/0.png': '0', 'gates.jsonl': '{"step":0,"probabilities":[0.5]}' };
  const log = { 'timeline.jsonl': '{"step":0}', 'tensorboard/events': '1', 'messages/events.log': '2' };
  const first = await run('a', { ...kept, ...log, 'baselines/timeline.jsonl': '', 'pictures/1.png': '1' });
  const second = await run('b', { ...kept, 'pictures/2.png': '2' });
  expect(differences(await runOutcome(second), await runOutcome(first))).toEqual([]);
  const third = await run('c', { ...kept, 'pictures/0.png': '3', 'gates.jsonl': '' });
  expect(differences(await runOutcome(third), await runOutcome(first))).toEqual([
    ...['gates.jsonl', 'pictures/0.png'],
  ]);
});

it('tells of every other difference', async () => {
  const first = await run('a', { 'result.json': '{"accuracy": 0.5}', weights: '1', more: '', torn: '' });
  const second = await run('b', { 'result.json': '{"accuracy": 0.6}', weights: '2', 'torn.json': '{' });
  expect(differences(await runOutcome(second), await runOutcome(first))).toEqual([
    ...['more', 'result.json', 'torn', 'torn.json', 'weights'],
  ]);
});
