import { TaskweaveError } from '@taskweave/common';
import type { EngineId } from '../program.js';
import type { DeviceChoice, DeviceId } from './device.js';
import { gpuPresent } from './gpu-present.js';
import { probe } from './probe.js';

/** Devices that each engine can use where their drivers are, the one it prefers first. */
export const ENGINE_DEVICES: Readonly<Record<EngineId, readonly DeviceId[]>> = {
  onnx: ['cuda', 'webgpu', 'cpu'],
  tensorflow: ['cuda', 'cpu'],
  cpu: ['cpu'],
};

export interface DeviceRequest {
  readonly id: EngineId;
  readonly device: DeviceChoice;
  readonly threads: number;
}

/**
 * The device a run will use: the one it asks for, if that can be opened here, or the best there is for `auto`.
 *
 * @throws TaskweaveError ENGINE_UNAVAILABLE saying what is missing and how to get it; CONFIG_INVALID when the engine has
 *   no such device on any machine
 */
export async function resolveDevice({ id, device, threads }: DeviceRequest): Promise<DeviceId> {
  const devices = ENGINE_DEVICES[id];
  if (device === 'auto') {
    for (const candidate of devices) {
      if (candidate === 'cpu') return candidate;
      if (candidate === 'webgpu' && !gpuPresent()) continue;
      const { available } = await probe({ id, device: candidate, threads, benchmark: false });
      if (available) return candidate;
    }
  }
  const known = devices.find((one) => one === device);
  if (known === undefined) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: `The engine "${id}" cannot use the device "${device}".`,
      subject: 'engine.device',
      found: device,
      expected: ['auto', ...devices].join(', '),
    });
  }
  // Engines on the cpu are opened by this process in a moment, and say for themselves what they miss.
  if (known === 'cpu') return known;
  const found = await probe({ id, device: known, threads, benchmark: false });
  if (found.available) return known;
  throw new TaskweaveError({
    code: 'ENGINE_UNAVAILABLE',
    message: `The engine "${id}" cannot open the device "${known}" on this machine.`,
    subject: 'engine.device',
    found: found.reason,
    action: `${found.action} Or use --device cpu.`,
  });
}
