import { runPeer } from '@taskweave/bench';
import { TaskweaveError } from '@taskweave/common';
import { gpuPresent, inspectEngines, type EngineReport } from '@taskweave/engine';
import { benchmarkDevice, peerCommand } from './benchmark-device.js';
import { compareDevice } from './compare-device.js';
import { describeMachine } from './machine.js';
import type { CheckOptions } from './options.js';
import { FULL_PLAN, QUICK_PLAN, type CheckPlan } from './plan.js';
import type { CheckReport, CheckedDevice, DeviceReport } from './report.js';

type Available = Extract<EngineReport, { available: true }>;

/**
 * Compares and times the onnx engine on the devices of this machine.
 *
 * @param onProgress told what is being done, in a line
 * @throws TaskweaveError ENGINE_UNAVAILABLE when a device that is asked for is not there; CONFIG_INVALID when the peer
 *   fails
 */
export async function check(options: CheckOptions, onProgress: (line: string) => void): Promise<CheckReport> {
  const { threads, quick, peer } = options;
  const plan = quick ? QUICK_PLAN : FULL_PLAN;
  const [first] = plan.benchmarks;
  if (peer !== undefined && first !== undefined) {
    // Before hours of other work, not after.
    onProgress('trying the peer');
    await runPeer(peerCommand(peer, { ...first, threads }));
  }
  onProgress('looking for devices');
  const found = await inspectEngines(threads, undefined, ['onnx']);
  const asked = found.filter(({ device }) => options.devices?.includes(device) ?? true);
  for (const one of asked) {
    if (!one.available && options.devices !== undefined) throw missing(one);
  }
  const devices: DeviceReport[] = [];
  for (const one of asked) {
    devices.push(one.available ? await checkDevice(one, plan, options, onProgress) : absent(one));
  }
  return { machine: await describeMachine(), threads, quick, devices };
}

async function checkDevice(
  { device, description, gflops }: Available,
  { ops, cases, benchmarks }: CheckPlan,
  { threads, peer }: CheckOptions,
  onProgress: (line: string) => void,
): Promise<CheckedDevice> {
  let begun = 0;
  const comparisons = await compareDevice({ device, threads, ops, cases }, (op) =>
    onProgress(`${device}: comparing op ${++begun} of ${ops.length}, ${op}`),
  );
  const measured: CheckedDevice['benchmarks'][number][] = [];
  for (const one of benchmarks) {
    onProgress(`${device}: preparing ${one.network.name}`);
    const job = { ...one, device, threads, ...(peer !== undefined && { peer }) };
    measured.push(
      await benchmarkDevice(job, (i) => onProgress(`${device}: timing ${one.network.name}, iteration ${i}`)),
    );
  }
  // onnxruntime does not say which adapter it opened.
  const software = device === 'webgpu' && !gpuPresent() ? ', no GPU: in software' : '';
  return {
    device,
    available: true,
    description: `${description}${software}`,
    ...(gflops !== undefined && { gflops }),
    comparisons,
    benchmarks: measured,
  };
}

type Missing = Extract<EngineReport, { available: false }>;

function absent({ device, reason, action }: Missing): DeviceReport {
  return { device, available: false, reason, action };
}

function missing({ device, reason, action }: Missing): TaskweaveError {
  return new TaskweaveError({
    code: 'ENGINE_UNAVAILABLE',
    message: `The device "${device}" cannot be opened on this machine.`,
    subject: '--device',
    found: reason,
    action,
  });
}
