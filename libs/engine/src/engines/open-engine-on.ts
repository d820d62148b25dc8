import type { DeviceId } from '../devices/device.js';
import type { Engine, EngineId } from '../program.js';
import { tf } from '../tf.js';
import { openEagerEngine } from './eager-engine.js';
import { openOnnxEngine } from './onnx-engine.js';
import { openTensorflowEngine } from './tensorflow-engine.js';

export interface OpenOptions {
  readonly id: EngineId;
  readonly device: DeviceId;
  readonly threads: number;
  readonly profile?: string;
}

/** Opens an engine on a device without asking first whether it is there; only `cpu` is safe to assume. */
export async function openEngineOn({ id, device, threads, profile }: OpenOptions): Promise<Engine> {
  switch (id) {
    case 'onnx':
      return openOnnxEngine({ device, threads, ...(profile !== undefined && { profile }) });
    case 'cpu':
      return openEagerEngine({
        id,
        device,
        backend: 'cpu',
        description: `TensorFlow.js ${tf.version_core} in plain JavaScript, 1 thread`,
      });
    case 'tensorflow':
      return openTensorflowEngine(device);
  }
}
