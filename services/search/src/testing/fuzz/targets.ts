/** What is fuzzed: every method of every service, each with requests that are right. */
import {
  ArchitectServiceService,
  CollectiveServiceService,
  DataServiceService,
  EvaluatorServiceService,
  Network,
  SearchServiceService,
  Split,
  TrainerServiceService,
} from '@taskweave/contracts';
import type { RunPlan } from '@taskweave/spec';
import type { FuzzedMember } from './fuzzed-member.js';

/** Names of the services, as they are launched; `member` is one of an average. */
export type Service = 'architect' | 'data-loader' | 'evaluator' | 'member' | 'search' | 'supernet-trainer';

/** A method with a conversation that it answers. */
export interface Target {
  readonly service: Service;
  readonly path: string;
  /** Messages of one call; one for methods that take no stream. */
  readonly messages: readonly object[];
  readonly encode: (message: object) => Buffer;
  /** Before each call. */
  readonly prepare?: () => Promise<void>;
}

export interface FuzzedRun {
  readonly run: string;
  readonly plan: RunPlan;
  readonly edges: number;
  readonly checkpoint: string;
  readonly folder: string;
  readonly dataAddress: string;
  readonly architectAddress: string;
  readonly member: FuzzedMember;
}

interface WireMethod {
  readonly path: string;
  readonly requestSerialize: (message: never) => Buffer;
}

const target = (service: Service, { path, requestSerialize }: WireMethod, ...messages: object[]): Target => ({
  service,
  path,
  messages,
  encode: requestSerialize as (message: object) => Buffer,
});

/** All methods there are; a method of the contracts that is missing here fails the test. */
export function targetsOf(fuzzed: FuzzedRun): Target[] {
  const { run, plan, edges, checkpoint, folder, dataAddress, architectAddress, member } = fuzzed;
  const planJson = JSON.stringify(plan);
  const dataJson = JSON.stringify(plan.spec.data);
  const tasks = plan.tasks.map(({ id }) => id);
  const losses = tasks.map((task) => ({ task, loss: 0.5 }));
  const gradient = { step: 0, gateGradients: Array.from({ length: edges }, () => 0.25), losses };
  const report = { ...gradient, examples: 8, lost: ['two'] };
  const batches = {
    ...{ specJson: dataJson, tasks, seed: 1, split: Split.VALIDATION, batchSize: 8 },
    ...{ firstBatch: 0, count: 1, shardIndex: 0, shardCount: 1 },
  };
  const opening = { run, planJson, session: 'one', members: ['one', 'two'], deadlineMs: 1_000 };
  const training = {
    ...{ run, planJson, dataAddress, architectAddress },
    ...{ checkpointFolder: folder, resumeFrom: checkpoint },
    group: { session: 'training', self: 'one', members: [{ name: 'one', address: dataAddress }] },
  };
  const evaluation = {
    ...{ run, planJson, dataAddress, split: Split.VALIDATION, networks: [Network.DISCRETE], pictures: 1 },
    source: { $case: 'checkpoint', value: checkpoint },
  };
  return [
    target('architect', ArchitectServiceService.openSearch, opening),
    target('architect', ArchitectServiceService.getState, { run }),
    target(
      'architect',
      ArchitectServiceService.optimize,
      { run, message: { $case: 'join', value: { step: 0, member: 'one' } } },
      { run, message: { $case: 'gradient', value: report } },
    ),
    target('data-loader', DataServiceService.describe, { dataJson, tasks }),
    target('data-loader', DataServiceService.streamBatches, batches),
    target('supernet-trainer', TrainerServiceService.train, training),
    target('supernet-trainer', TrainerServiceService.stop, { run }),
    target('evaluator', EvaluatorServiceService.evaluate, evaluation),
    target('search', SearchServiceService.getRun, { run }),
    target('search', SearchServiceService.watchRun, { run, fromStep: 0 }),
    target('search', SearchServiceService.stopRun, { run: 'another-run' }),
    target('search', SearchServiceService.submitRun, {
      specJson: JSON.stringify(plan.spec),
      baselines: ['nddr'],
    }),
    target('search', SearchServiceService.listRuns, {}),
    target('search', SearchServiceService.resumeRun, { run }),
    {
      ...target('member', CollectiveServiceService.draw, member.request),
      prepare: () => member.enter(),
    },
    target('member', CollectiveServiceService.getRound, { key: member.key }),
    target('member', CollectiveServiceService.abortRound, {
      key: member.key,
      failure: { code: 'MEMBER_LOST', member: 'two', reason: 'it is gone' },
    }),
  ];
}

/** The methods of a coordinator that has a run. */
export function coordinatorTargets(run: string, specJson: string): Target[] {
  return [
    target('search', SearchServiceService.submitRun, { specJson, baselines: ['nddr'] }),
    target('search', SearchServiceService.listRuns, {}),
    target('search', SearchServiceService.getRun, { run }),
    target('search', SearchServiceService.watchRun, { run, fromStep: 0 }),
    target('search', SearchServiceService.stopRun, { run: 'another-run' }),
    target('search', SearchServiceService.resumeRun, { run: 'another-run' }),
  ];
}
