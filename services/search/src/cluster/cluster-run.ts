import type { Json } from '@taskweave/common';
import type { BaselineMethod, RunSpec } from '@taskweave/spec';

/** Where a run stands in a cluster; `queued` runs wait for services, or for their next attempt. */
export const RUN_STATES = ['queued', 'running', 'stopped', 'completed', 'failed'] as const;

export type ClusterState = (typeof RUN_STATES)[number];

/** What a cluster keeps of a run in its state store. What the run itself needs to go on is in its folder. */
export interface ClusterRun {
  readonly run: string;
  /** Runs with smaller numbers were submitted, or put into the queue again, before. */
  readonly order: number;
  readonly state: ClusterState;
  readonly spec: RunSpec;
  readonly baselines: readonly BaselineMethod[];
  /** Somebody wants a running run to stop. */
  readonly stopRequested: boolean;
  /** Addresses of the trainers it has, or had when its coordinator ended. */
  readonly trainers: readonly string[];
  /** Attempts that lost services since it was submitted or resumed. */
  readonly restarts: number;
  /** Of these, the last ones that did not get further than those before. */
  readonly vain: number;
  /** Steps in checkpoints, over all its trainings, at its best. */
  readonly progress: number;
  /** Steps of the search done when its state last changed. */
  readonly step: number;
  /** Why it failed or has to be tried again, for people. */
  readonly reason: string;
  /** Scores of the discrete network, for people. */
  readonly scores: string;
}

/** A run that has just been submitted. */
export function newClusterRun(given: Pick<ClusterRun, 'run' | 'order' | 'spec' | 'baselines'>): ClusterRun {
  return {
    ...given,
    state: 'queued',
    stopRequested: false,
    trainers: [],
    restarts: 0,
    vain: 0,
    progress: 0,
    step: 0,
    reason: '',
    scores: '',
  };
}

/** The key of a run below `runs`: dots would divide it. Names that differ in dots only are not given to two runs. */
export function runKey(run: string): string {
  return `runs.${run.replaceAll('.', '_')}`;
}

/** What a value of the store says; nothing when it is not a run's. */
export function readClusterRun(value: Json): ClusterRun | undefined {
  const run = value as unknown as Partial<ClusterRun> | null;
  const known =
    typeof run?.run === 'string' &&
    typeof run.order === 'number' &&
    typeof run.spec === 'object' &&
    RUN_STATES.some((state) => state === run.state);
  return known ? { ...newClusterRun(run as ClusterRun), ...run } : undefined;
}
