import { expect, it } from 'vitest';
import { damage } from './faults/damage.js';
import { kill } from './faults/kill.js';
import { partition } from './faults/partition.js';
import { runTrial, undisturbed } from './run-trial.js';

it('brings a broken search to the end of an undisturbed one, and sees where that is not so', async () => {
  const reference = await undisturbed({ nats: false, trainers: 1 });
  expect(Object.keys(reference.outcome)).toEqual(expect.arrayContaining(['history.jsonl', 'result.json']));
  const trial = {
    shape: { nats: true, trainers: 1 },
    faults: [
      { fault: kill, target: 'architect', step: 6, index: 0 },
      { fault: partition, target: 'search - nats', step: 6, index: 1 },
      { fault: damage, target: 'flipped byte', step: 14, index: 2 },
    ],
  };
  const expected = {
    ...reference,
    outcome: { ...reference.outcome, 'spec.yaml': 'of another search' },
    events: [...reference.events, 'step 99'],
  };
  const result = await runTrial(trial, { seed: 1, expected });
  expect(result.faults.map(({ told }) => told)).toEqual([
    'step 6: killed architect',
    expect.stringMatching(/^step 6: search - nats cut for \d\.\d s/),
    expect.stringMatching(/^step 14: flipped byte: checkpoints\/step-\d+\/.+ at \d+$/),
  ]);
  // What is killed is started again by the search; when that is killed itself, the laboratory does it.
  expect(result.starts).toBe(2);
  expect(result.broken).toEqual([
    'differs in spec.yaml',
    'events are not those of the undisturbed search; lost: step 99',
  ]);
}, 300_000);
