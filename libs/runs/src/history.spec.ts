import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { History, readHistory, stepsCovered, type HistoryLine } from './history.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-history-'));
  path = join(folder, 'history.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const step = (number: number): HistoryLine => ({
  kind: 'step',
  step: number,
  losses: { left: number / 8 },
  architectureLosses: {},
  learningRate: 0.1,
  seconds: 0.25,
  stepsPerSecond: 0,
});
const evaluation = (done: number): HistoryLine => ({ kind: 'evaluation', step: done, scores: {} });
const order = (lines: readonly HistoryLine[]) => lines.map((line) => `${line.kind} ${line.step}`);

it('keeps lines as they come, and puts them in order at the end', async () => {
  const history = await History.open(path, 0);
  for (const line of [step(0), step(1), step(2), evaluation(2), step(3), evaluation(4)])
    await history.append(line);
  expect(order(readHistory(path)).slice(2, 4)).toEqual(['step 2', 'evaluation 2']);
  await history.finish();
  const ordered = ['step 0', 'step 1', 'evaluation 2', 'step 2', 'step 3', 'evaluation 4'];
  expect(order(readHistory(path))).toEqual(ordered);
  expect(order(history.lines())).toEqual(ordered);
  expect(readHistory(path)[1]).toEqual(step(1));
});

it('goes back to a step: what came later, came twice or is half a line is dropped', async () => {
  const first = await History.open(path, 0);
  for (const line of [step(0), step(1), step(1), step(2), evaluation(2), evaluation(3)])
    await first.append(line);
  appendFileSync(path, '{"kind":"step","step":3,"los');
  const again = await History.open(path, 2);
  expect(order(again.lines())).toEqual(['step 0', 'step 1', 'evaluation 2']);
  expect([again.steps, again.seconds]).toEqual([2, 0.5]);
  expect(again.evaluation(2)).toEqual(evaluation(2));
  expect(again.evaluation(3)).toBeUndefined();
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
});

it('keeps every line of a long history in order', async () => {
  const history = await History.open(path, 0);
  await Promise.all(Array.from({ length: 1201 }, (_, number) => history.append(step(number))));
  await history.finish();
  expect(readHistory(path)).toEqual(Array.from({ length: 1201 }, (_, number) => step(number)));
});

it('says how far it reaches without a gap', () => {
  expect(stepsCovered([])).toBe(0);
  expect(stepsCovered([step(0), evaluation(1), step(1), step(3)])).toBe(2);
  expect(stepsCovered([step(1)])).toBe(0);
});

it('has no lines when there is no file', () => {
  expect(readHistory(path)).toEqual([]);
});
