import type { BaselineMethod, Method, RunSpec } from '@taskweave/spec';
import type { NetworkCost } from '@taskweave/supernet';
import type { InitialWeightsRecord } from './initial-weights-record.js';
import type { DirectionChoice } from './edge-choice.js';
import { damaged, readJsonObject } from './files.js';
import type { Scores } from './scores.js';

/** Where a result holds what is known of a baseline: `singleTask` for the method `single-task`. */
export type BaselineKey<M extends BaselineMethod = BaselineMethod> = M extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Rest>}`
  : M;

export function baselineKey(method: BaselineMethod): BaselineKey {
  return method.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) as BaselineKey;
}

/** The contents of a run's result.json. */
export interface RunResult {
  readonly format: 'taskweave-result';
  readonly version: 1;
  readonly run: string;
  /** How the networks were joined; without a search there is no soft network and nothing to decide. */
  readonly method: Method;
  readonly spec: RunSpec;
  readonly seed: number;
  readonly engine: RunSpec['engine'];
  readonly steps: number;
  /** What training started from, if the spec names files. */
  readonly initialWeights?: InitialWeightsRecord;
  /** Without a search, the edges that the network has. */
  readonly edges: readonly DirectionChoice[];
  /** On the test split, by task; those of the baselines that were trained beside it for as many steps, too. */
  readonly test: {
    /** The supernet with its soft gates. */
    readonly soft?: Scores;
    /** The exported model: edges kept or dropped, weights not retrained. */
    readonly discrete: Scores;
  } & { readonly [Key in BaselineKey]?: Scores };
  /** In nats: ln 2 when no edge is decided, 0 when all are. */
  readonly meanGateEntropy?: number;
  /** That of single-task networks is given in any case. */
  readonly cost: {
    readonly supernet?: NetworkCost;
    readonly discrete: NetworkCost;
    readonly singleTask: NetworkCost;
  } & { readonly [Key in BaselineKey]?: NetworkCost };
  /** Over all steps, without those of baselines. */
  readonly stepsPerSecond: number;
  /** Time spent in these steps. */
  readonly seconds: number;
}

/** @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` */
export function readResult(path: string): RunResult {
  const tree = readJsonObject(path) as Partial<RunResult>;
  if (tree.format !== 'taskweave-result') throw damaged(path, 'it is not the result of a run');
  if (tree.version !== 1)
    throw damaged(path, `version ${String(tree.version)} is not one this release can read`);
  // Results written before there were methods are those of searches.
  return { method: 'search', ...tree } as RunResult;
}
