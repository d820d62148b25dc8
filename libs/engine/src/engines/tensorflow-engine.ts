import { TaskweaveError } from '@taskweave/common';
import type { DeviceId } from '../devices/device.js';
import type { Engine } from '../program.js';
import { tf } from '../tf.js';
import { openEagerEngine } from './eager-engine.js';

/** Packages that bring TensorFlow itself, by device, the preferred one first. Optional: nothing depends on them. */
const PACKAGES: Readonly<Record<'cpu' | 'cuda', readonly string[]>> = {
  cpu: ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
  cuda: ['@tensorflow/tfjs-node-gpu'],
};

/** What tfjs-node's backend says of itself, beside what every backend does. */
interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/**
 * Opens TensorFlow, whose package registers itself as a backend of TensorFlow.js when it is loaded.
 *
 * @throws TaskweaveError ENGINE_UNAVAILABLE with what each package said
 */
export async function openTensorflowEngine(device: DeviceId): Promise<Engine> {
  const names = PACKAGES[device === 'cuda' ? 'cuda' : 'cpu'];
  const reasons: string[] = [];
  for (const name of names) {
    try {
      await import(name);
      await tf.setBackend('tensorflow');
      await tf.ready();
      const { isUsingGpuDevice, binding } = tf.backend() as unknown as NodeBackend;
      if (device === 'cuda' && !isUsingGpuDevice) {
        reasons.push(`${name}: TensorFlow found no GPU that it can use`);
        continue;
      }
      return openEagerEngine({
        id: 'tensorflow',
        device,
        backend: 'tensorflow',
        description:
          `TensorFlow ${binding.TF_Version} by ${name} under TensorFlow.js ${tf.version_core} ` +
          `on the ${isUsingGpuDevice ? 'GPU' : 'CPU'}`,
      });
    } catch (error) {
      reasons.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw new TaskweaveError({
    code: 'ENGINE_UNAVAILABLE',
    message: 'The engine "tensorflow" needs a package that is not installed or cannot be loaded.',
    subject: 'engine.id',
    found: reasons.join('; '),
    expected: names.join(' or '),
    action:
      `Run npm install ${names[0]} with install scripts on (they download TensorFlow), ` +
      'or use the engine "onnx".',
  });
}

/** Node's and the package's own messages go on for pages. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_MODULE_NOT_FOUND') return 'not installed';
  const line = message.trim().split('\n')[0]!;
  return /native addon module .* can not be found/.test(line)
    ? 'installed without its native library (install scripts were off)'
    : line;
}
