import { TaskweaveError } from '@taskweave/common';
import { DataServiceClient, type SubmitRunRequest } from '@taskweave/contracts';
import { connect, type AllowedFolders } from '@taskweave/service-kit';
import {
  BASELINE_METHODS,
  MAX_SPEC_BYTES,
  listNames,
  parseSpec,
  type BaselineMethod,
  type RunSpec,
} from '@taskweave/spec';
import { makePlan } from '../run/plan.js';
import { plugins } from '../run/plugins.js';
import { initialSources } from '../weights/initial-sources.js';
import type { MemberSource } from './placement.js';

/** The state store holds a spec together with what else there is to know of its run. */
const MOST_SPEC_BYTES = MAX_SPEC_BYTES / 2;

/** What a request to submit a run asks for, once it can be started as far as anybody can tell now. */
export interface Order {
  readonly spec: RunSpec;
  readonly baselines: readonly BaselineMethod[];
}

/**
 * Checks a request as `taskweave start` checks its command line and config.
 *
 * @param folders that paths in the spec may lie in
 * @param members one of whose data loaders is asked whether data and networks fit; if there is none, that comes out later
 * @throws TaskweaveError `CONFIG_INVALID`, `PATH_REFUSED`; what the data loader refuses
 */
export async function checkOrder(
  { specJson, baselines }: SubmitRunRequest,
  folders: AllowedFolders,
  members: MemberSource,
  signal: AbortSignal,
): Promise<Order> {
  const spec = parseSpec(readJson(specJson), plugins);
  if (spec.engine.device === 'auto') throw namesNoDevice();
  for (const { field, path } of initialSources(spec)) await folders.check(field, path);
  const order = { spec, baselines: readBaselines(baselines) };
  await tryPlan(spec, members, signal);
  return order;
}

function readJson(text: string): unknown {
  try {
    if (Buffer.byteLength(text) <= MOST_SPEC_BYTES) return JSON.parse(text);
  } catch {
    // Told below.
  }
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The spec of the run cannot be read.',
    subject: 'spec_json',
    found: `${text.length} characters, ${JSON.stringify(text.slice(0, 40))}...`,
    expected: `a search spec as JSON, of at most ${MOST_SPEC_BYTES} bytes`,
  });
}

function readBaselines(names: readonly string[]): BaselineMethod[] {
  return [...new Set(names)].map((name) => {
    const method = BASELINE_METHODS.find((one) => one === name);
    if (method !== undefined) return method;
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'There is no baseline of this name.',
      subject: 'baselines',
      found: JSON.stringify(name.slice(0, 100)),
      expected: listNames(BASELINE_METHODS),
    });
  });
}

async function tryPlan(spec: RunSpec, members: MemberSource, signal: AbortSignal): Promise<void> {
  const [loader] = members.list('data-loader');
  if (loader === undefined) return;
  const data = connect(DataServiceClient, loader.address, { name: 'data-loader' });
  try {
    await makePlan(spec, data, signal);
  } catch (thrown) {
    // It is asked again when the run starts.
    if (TaskweaveError.from(thrown).code !== 'SERVICE_UNAVAILABLE') throw thrown;
  } finally {
    data.close();
  }
}

function namesNoDevice(): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message:
      'A run of a cluster must name its device: its trainers may be on other machines than whoever submits it.',
    subject: 'engine.device',
    found: 'auto',
    expected: 'cpu, cuda or webgpu',
    action: 'Say for example: --device cuda',
  });
}
