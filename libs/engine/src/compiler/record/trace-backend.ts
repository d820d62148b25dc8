import { TaskweaveError } from '@taskweave/common';
import { disposeKept } from '../../kept.js';
import { tf } from '../../tf.js';
import { GraphBuilder, graphType, type Attributes, type GraphType, type Value } from '../graph.js';
import { currentScope } from './scope.js';
import { KERNEL_RULES, unsupportedKernel } from './shapes.js';

const BACKEND = 'taskweave-trace';

/** A tfjs backend that computes nothing: every kernel call becomes an operation of a graph. */
class TraceBackend extends tf.KernelBackend {
  readonly builder = new GraphBuilder();
  readonly #values = new WeakMap<object, Value>();

  /** A tensor that stands for a graph value. */
  wrap(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  value(tensor: tf.TensorInfo): Value {
    const value = this.#values.get(tensor.dataId);
    if (value === undefined) {
      throw new TaskweaveError({
        code: 'TRACE_UNSUPPORTED',
        message: 'A program used a tensor that was made before it was traced.',
        subject: currentScope() || 'program',
        expected: 'tensors made inside the program, its state or its inputs',
        action: 'Pass the tensor as an input, or make it inside the program.',
      });
    }
    return value;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    const data = Array.from(values as ArrayLike<number>, Number);
    // Random ops compute their numbers in JavaScript and hand them over here: recorded, they would repeat for ever.
    if (!data.every((element) => Object.is(element, data[0]))) {
      throw new TaskweaveError({
        code: 'TRACE_UNSUPPORTED',
        message:
          'A program made a tensor out of JavaScript numbers, which would stay the same in every step.',
        subject: currentScope() || 'program',
        found: `${dtype} values of shape [${shape.join(', ')}] (tf.random*, tf.dropout or tf.tensor)`,
        expected: 'constants with one value in all elements',
        action: 'Pass the values as an input; draw random numbers with randomStream outside the program.',
      });
    }
    const output = { dtype: graphType(dtype), shape };
    return this.wrap(this.builder.value('Constant', [], { value: data[0] ?? 0 }, output, currentScope()))
      .dataId;
  }

  override readSync(): never {
    throw new TaskweaveError({
      code: 'TRACE_UNSUPPORTED',
      message: 'A program read the values of a tensor (dataSync, arraySync, print or a branch on them).',
      subject: currentScope() || 'program',
      expected: 'a program made of tensor ops only',
      action: 'Return the tensor as an output, or use ops such as tf.where in place of a JavaScript branch.',
    });
  }

  override read(): never {
    return this.readSync();
  }

  override disposeData(): boolean {
    return true;
  }

  override numDataIds(): number {
    return 0;
  }

  override incRef(): void {}

  override refCount(): number {
    return 1;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}

let instance: TraceBackend | undefined;

/** Registers the backend and its kernels once per process. */
function traceBackend(): TraceBackend {
  if (instance !== undefined) return instance;
  const backend = (instance = new TraceBackend());
  tf.registerBackend(BACKEND, () => backend);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs }) => record(backend, kernelName, inputs, attrs),
    });
  }
  return backend;
}

function record(
  backend: TraceBackend,
  kernel: string,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  const rule = KERNEL_RULES[kernel];
  if (rule === undefined) throw unsupportedKernel(kernel, currentScope());
  const names = rule.inputs === 'list' ? Object.keys(inputs) : rule.inputs;
  const values = names.map((name) => backend.value(inputs[name] as tf.TensorInfo));
  const attributes = { ...attrs } as Attributes;
  const outputs = backend.builder
    .operation(kernel, values, attributes, rule.shape(values, attributes), currentScope())
    .outputs.map((value) => backend.wrap(value));
  return outputs.length === 1 && kernel !== 'SplitV' ? outputs[0]! : outputs;
}

/** Both backends are made already, so the switch is over when the call returns. */
function selectBackend(name: string): void {
  void tf.setBackend(name);
}

/**
 * Calls `build` with the trace backend in place of the current one.
 *
 * @throws TaskweaveError TRACE_UNSUPPORTED when the code reads values or uses an op that cannot be recorded
 */
export function traced<T>(build: (trace: TraceSession) => T): T {
  const backend = traceBackend();
  const before = tf.getBackend() as string | undefined;
  selectBackend(BACKEND);
  try {
    tf.engine().startScope(BACKEND);
    return build({
      builder: backend.builder,
      input: (name, dtype, shape) => {
        const value = backend.builder.value('Input', [], { name }, { dtype, shape }, '');
        const { dataId } = backend.wrap(value);
        return [value, tf.engine().makeTensorFromDataId(dataId, [...shape], dtype, backend)];
      },
      value: (tensor) => backend.value(tensor),
    });
  } finally {
    tf.engine().endScope();
    disposeKept();
    if (before !== undefined) selectBackend(before);
  }
}

export interface TraceSession {
  readonly builder: GraphBuilder;
  /** A graph input, and the tensor that stands for it. */
  input(name: string, dtype: GraphType, shape: readonly number[]): [Value, tf.Tensor];
  /** The graph value behind a tensor. */
  value(tensor: tf.Tensor): Value;
}
