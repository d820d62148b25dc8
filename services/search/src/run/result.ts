import type { RunSpec } from '@taskweave/spec';
import type { NetworkCost } from '@taskweave/supernet';
import type { DirectionChoice } from './architecture.js';
import { damaged, readJsonObject } from './files.js';
import type { Scores } from './scores.js';

/** The contents of a run's result.json. */
export interface RunResult {
  readonly format: 'taskweave-result';
  readonly version: 1;
  readonly run: string;
  readonly spec: RunSpec;
  readonly seed: number;
  readonly engine: RunSpec['engine'];
  readonly steps: number;
  readonly edges: readonly DirectionChoice[];
  /** On the test split, by task. */
  readonly test: {
    /** The supernet with its soft gates. */
    readonly soft: Scores;
    /** The exported model: edges kept or dropped, weights not retrained. */
    readonly discrete: Scores;
    /** Networks without edges, trained for as many steps. */
    readonly singleTask?: Scores;
  };
  /** In nats: ln 2 when no edge is decided, 0 when all are. */
  readonly meanGateEntropy: number;
  readonly cost: {
    readonly supernet: NetworkCost;
    readonly discrete: NetworkCost;
    readonly singleTask: NetworkCost;
  };
  /** Over the whole search. */
  readonly stepsPerSecond: number;
  /** Time spent in the search's steps. */
  readonly seconds: number;
}

/** @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` */
export function readResult(path: string): RunResult {
  const tree = readJsonObject(path) as Partial<RunResult>;
  if (tree.format !== 'taskweave-result') throw damaged(path, 'it is not the result of a run');
  if (tree.version !== 1)
    throw damaged(path, `version ${String(tree.version)} is not one this release can read`);
  return tree as RunResult;
}
