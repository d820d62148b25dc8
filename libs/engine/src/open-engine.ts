import { TaskweaveError } from '@taskweave/common';
import { openEagerEngine } from './engines/eager-engine.js';
import { openOnnxEngine } from './engines/onnx-engine.js';
import type { Engine, EngineOptions } from './program.js';
import { tf } from './tf.js';

/** Packages that bring TensorFlow itself, the GPU one first. Optional: nothing else depends on them. */
const TENSORFLOW_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/**
 * Opens a tensor engine.
 *
 * @throws TaskweaveError ENGINE_UNAVAILABLE when `tensorflow` is asked for and neither of its packages is installed
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  switch (options.id) {
    case 'onnx':
      return openOnnxEngine(options);
    case 'cpu':
      return openEagerEngine('cpu', 'cpu', `TensorFlow.js ${tf.version_core} in plain JavaScript, 1 thread`);
    case 'tensorflow':
      return openTensorflowEngine();
  }
}

async function openTensorflowEngine(): Promise<Engine> {
  const reasons: string[] = [];
  for (const name of TENSORFLOW_PACKAGES) {
    try {
      await import(name);
      return openEagerEngine('tensorflow', 'tensorflow', `TensorFlow by ${name}`);
    } catch (error) {
      reasons.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new TaskweaveError({
    code: 'ENGINE_UNAVAILABLE',
    message: 'The engine "tensorflow" needs a package that is not installed or cannot be loaded.',
    subject: 'engine.id',
    found: reasons.join('; '),
    expected: TENSORFLOW_PACKAGES.join(' or '),
    action: `Run npm install ${TENSORFLOW_PACKAGES[1]} (it downloads TensorFlow), or use the engine "onnx".`,
  });
}
