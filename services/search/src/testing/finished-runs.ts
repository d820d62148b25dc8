/** Completed runs as they are read from their folders, for tests of what is done with them. */
import type { Scores } from '@taskweave/runs';
import { resolveSpec } from '@taskweave/spec';
import type { FinishedRun } from '../compare/finished-run.js';
import { plugins } from '../run/plugins.js';

export interface FinishedRunFacts {
  run: string;
  seed: number;
  /** Accuracies of the discrete network, by task: left, right. */
  accuracy: readonly [left: number, right: number];
  /** The same of the supernet with soft gates; those of the discrete network unless given. */
  soft?: readonly [left: number, right: number];
  /** Of single-task networks beside the search. */
  singleTask?: readonly [left: number, right: number];
  /** Fields of the spec, as in `--set`. */
  set?: readonly string[];
  /** Edges kept, of 4. */
  kept?: number;
}

function scoresOf([left, right]: readonly [number, number]): Scores {
  const score = (value: number) => ({ metric: 'accuracy', value, loss: 1 - value, examples: 200 });
  return { left: score(left), right: score(right) };
}

export function finishedRun(facts: FinishedRunFacts): FinishedRun {
  const { run, seed, accuracy, soft = accuracy, singleTask, set = [], kept = 2 } = facts;
  const spec = resolveSpec({ preset: 'multi-mnist-smoke', assignments: set, seed }, plugins);
  const edges = [0, 1, 2, 3].map((index) => ({ id: `right/${index}->left/${index}`, probability: 0.5 }));
  const cost = { params: 1000 + 10 * kept, macs: 5e6 + 1e4 * kept };
  return {
    codeVersion: '0.1.0',
    result: {
      format: 'taskweave-result',
      version: 1,
      run,
      method: spec.method,
      spec,
      seed,
      engine: spec.engine,
      steps: spec.steps,
      edges: [
        {
          from: 'right',
          to: 'left',
          kept: edges.slice(0, kept),
          dropped: edges.slice(kept),
        },
      ],
      test: {
        soft: scoresOf(soft),
        discrete: scoresOf(accuracy),
        ...(singleTask && { singleTask: scoresOf(singleTask) }),
      },
      meanGateEntropy: 0.1,
      cost: { supernet: { params: 2000, macs: 6e6 }, discrete: cost, singleTask: { params: 900, macs: 4e6 } },
      stepsPerSecond: 10,
      seconds: 2,
    },
    plan: {
      spec,
      method: 'search',
      networks: [],
      tasks: [
        { id: 'left', kind: 'classification', outputs: 10 },
        { id: 'right', kind: 'classification', outputs: 10 },
      ],
      imageShape: [36, 36, 1],
    },
  };
}
