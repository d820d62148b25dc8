import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventFile } from './event-file.js';
import { eventFiles, readEvents } from './testing.js';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-events-'));
  folder = join(parent, 'tensorboard');
});
afterEach(() => rmSync(parent, { recursive: true }));

const open = (problems: unknown[] = []): EventFile =>
  new EventFile(folder, { onProblem: (problem) => problems.push(problem) });
const add = (file: EventFile, step: number): void =>
  file.add(step, { kind: 'values', values: [{ tag: 'loss', value: step }] }, 1000 * step);

it('begins with its version, and grows with every batch', async () => {
  const file = open();
  add(file, 1);
  await file.flush();
  const [path] = eventFiles(folder);
  const begun = readFileSync(path!);
  add(file, 2);
  add(file, 3);
  await file.close();
  expect(readFileSync(path!).subarray(0, begun.length)).toEqual(begun);
  const events = await readEvents(path!);
  expect(events[0]!.file_version).toBe('brain.Event:2');
  expect(events.slice(1).map(({ step, wall_time }) => [step, wall_time])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

it('is not made when there is nothing to tell', async () => {
  await open().close();
  expect(readdirSync(parent)).toEqual([]);
});

it('comes after all others by its name, also when the clock was set back', async () => {
  for (let i = 0; i < 3; i++) {
    const file = open();
    add(file, i);
    await file.close();
    if (i === 0) writeFileSync(join(folder, 'events.out.tfevents.9000000000.elsewhere'), '');
  }
  const [first, , ...later] = eventFiles(folder);
  const stepOf = async (path: string): Promise<number> => (await readEvents(path))[1]!.step;
  expect(await stepOf(first!)).toBe(0);
  expect(await Promise.all(later.map(stepOf))).toEqual([1, 2]);
  expect(first).toMatch(/events\.out\.tfevents\.\d{10}\.taskweave$/);
});

it('tells of a disk that takes nothing once, and goes on when it does again', async () => {
  writeFileSync(folder, '');
  const problems: unknown[] = [];
  const file = open(problems);
  add(file, 1);
  await file.flush();
  add(file, 2);
  await file.flush();
  expect(problems).toMatchObject([{ code: 'EEXIST' }]);
  rmSync(folder);
  add(file, 3);
  await file.close();
  const events = await readEvents(eventFiles(folder)[0]!);
  expect(events.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
});
