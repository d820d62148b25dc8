import { randomUUID } from 'node:crypto';
import { ArchitectServiceClient, DataServiceClient, TrainerServiceClient } from '@taskweave/contracts';
import {
  STORAGE_VARIABLE,
  callServerStream,
  callUnary,
  connect,
  launchProcess,
  type ServiceProcess,
} from '@taskweave/service-kit';
import { runSpecSchema } from '@taskweave/spec';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePlan } from '../../run/plan.js';
import { RunEvents } from '../../run/run-events.js';
import { startSearchServer, type ServedRun } from '../../server.js';
import { startFuzzedMember } from './fuzzed-member.js';
import type { FuzzedRun, Service } from './targets.js';

/** All services, each in a process of its own, with a run that some of them know. */
export interface FuzzedServices extends FuzzedRun {
  readonly addresses: Readonly<Record<Service, string>>;
  /** The folder of {@link STORAGE}, below which services may write. */
  readonly parent: string;
  /** What ended without having been asked to. */
  readonly crashed: readonly string[];
  stop(): Promise<void>;
}

const LAUNCHED = ['architect', 'data-loader', 'evaluator', 'supernet-trainer'] as const;

/** A search of two steps among tiny networks. */
const SPEC = {
  name: 'fuzzed',
  steps: 2,
  engine: { threads: 1 },
  data: { batchSize: 8, options: { trainLimit: 40, validationLimit: 8, testLimit: 8 } },
  tasks: ['left', 'right'].map((id) => ({ id, backbone: { options: { channels: [[2], [2]], hidden: 4 } } })),
  checkpoint: { every: 1 },
  evaluation: { every: 0 },
};

/** What `TASKWEAVE_STORAGE` is called. */
export const STORAGE = 'storage';

export async function startFuzzedServices(): Promise<FuzzedServices> {
  const parent = mkdtempSync(join(tmpdir(), 'taskweave-fuzz-'));
  const storage = join(parent, STORAGE);
  mkdirSync(storage);
  process.env[STORAGE_VARIABLE] = storage;
  const crashed: string[] = [];
  const processes: ServiceProcess[] = [];
  for (const name of LAUNCHED) {
    const child = await launchProcess(`@taskweave/${name}`);
    child.onExit((error) => crashed.push(`${name}: ${error.message} ${error.found}`));
    processes.push(child);
  }
  delete process.env[STORAGE_VARIABLE];
  const addressOf = (name: (typeof LAUNCHED)[number]): string => processes[LAUNCHED.indexOf(name)]!.address;

  const data = connect(DataServiceClient, addressOf('data-loader'), { name: 'data-loader' });
  const plan = await makePlan(runSpecSchema.parse(SPEC), data, new AbortController().signal);
  data.close();
  const run = `fuzzed-${randomUUID()}`;

  const events = new RunEvents();
  events.emit({ kind: 'checkpoint.ready', step: 1, path: '/somewhere' });
  events.close();
  const search = await startSearchServer(servedRun(run, plan), events);
  const dataAddress = addressOf('data-loader');
  const architectAddress = addressOf('architect');
  const folder = join(storage, 'checkpoints');
  const trainer = connect(TrainerServiceClient, addressOf('supernet-trainer'), { name: 'trainer' });
  const request = { run, planJson: JSON.stringify(plan), dataAddress, architectAddress };
  let checkpoint = '';
  const trained = callServerStream(trainer, 'train', {
    ...request,
    checkpointFolder: folder,
    resumeFrom: '',
    group: undefined,
  });
  for await (const { event } of trained) {
    if (event?.$case === 'checkpoint') checkpoint ||= event.value.path;
  }
  trainer.close();
  const architect = connect(ArchitectServiceClient, architectAddress, { name: 'architect' });
  const { edges } = await callUnary(architect, 'openSearch', {
    ...{ run, planJson: JSON.stringify(plan), stateJson: undefined },
    ...{ session: 'fuzzed', members: ['one'], deadlineMs: 0 },
  });
  architect.close();

  const member = await startFuzzedMember();
  return {
    ...{ run, plan, edges, checkpoint, folder, dataAddress, architectAddress, member, parent },
    get crashed() {
      return [...crashed, ...(member.crashed() ? ['member'] : [])];
    },
    addresses: {
      member: member.address,
      search: search.address,
      architect: architectAddress,
      'data-loader': dataAddress,
      evaluator: addressOf('evaluator'),
      'supernet-trainer': addressOf('supernet-trainer'),
    },
    async stop() {
      await member.stop();
      await search.stop({ graceMs: 0 });
      await Promise.all(processes.map((child) => child.stop()));
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function servedRun(run: string, plan: FuzzedRun['plan']): ServedRun {
  return {
    record: {
      ...{ format: 'taskweave-run', version: 1, run, phase: 'searching', plan, baselines: [] },
      ...{ createdAt: '2026-01-31T12:00:00.000Z', codeVersion: '0.1.0' },
    },
    step: 1,
    result: undefined,
    requestStop: () => undefined,
  };
}
