import { expect, it } from 'vitest';
import { damage } from './faults/damage.js';
import { kill } from './faults/kill.js';
import { runTrial, undisturbed } from './run-trial.js';

it('brings a broken search to the end of an undisturbed one, and sees where that is not so', async () => {
  const { outcome } = await undisturbed();
  expect(Object.keys(outcome)).toEqual(expect.arrayContaining(['history.jsonl', 'result.json']));
  const trial = [
    { fault: kill, target: 'architect', step: 6, index: 0 },
    { fault: damage, target: 'flipped byte', step: 14, index: 1 },
  ];
  const result = await runTrial(trial, 1, { ...outcome, 'spec.yaml': 'of another search' });
  expect(result.injected).toEqual([
    'step 6: killed architect',
    expect.stringMatching(/^step 14: flipped byte: checkpoints\/step-\d+\/.+ at \d+$/),
  ]);
  expect(result.starts).toBe(3);
  expect(result.broken).toEqual(['differs in spec.yaml']);
});
