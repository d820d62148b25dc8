import { DEVICES, type Availability, type DeviceId } from './device.js';
import { probe } from './probe.js';
import { ENGINE_DEVICES } from './resolve-device.js';
import type { EngineId } from '../program.js';

/** What is known of an engine on a device after trying it. */
export type EngineReport = { readonly engine: EngineId; readonly device: DeviceId } & Availability & {
    /** In a training step of a 3x3 convolution. */
    readonly gflops?: number;
  };

/**
 * Tries every engine on every device it may have, one after the other, each in a process of its own.
 *
 * @param threads of the onnx engine on the cpu
 * @param onReport told of each as soon as it is known
 * @param engines to try; all by default
 */
export async function inspectEngines(
  threads: number,
  onReport: (report: EngineReport) => void = () => undefined,
  engines: readonly EngineId[] = Object.keys(ENGINE_DEVICES) as EngineId[],
): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const engine of engines) {
    for (const device of DEVICES.filter((one) => ENGINE_DEVICES[engine].includes(one))) {
      const found = await probe({ id: engine, device, threads, benchmark: true });
      const report = { engine, device, ...found };
      reports.push(report);
      onReport(report);
    }
  }
  return reports;
}
