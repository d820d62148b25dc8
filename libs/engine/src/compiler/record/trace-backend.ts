import { TaskweaveError } from '@taskweave/common';
import { disposeKept } from '../../kept.js';
import { TRACE_BACKEND } from '../../own-kernel.js';
import { tf } from '../../tf.js';
import { GraphBuilder, graphType, type Attributes, type GraphType, type Value } from '../graph.js';
import { scopeGradients } from './gradient-scope.js';
import { currentScope } from './scope.js';
import { KERNEL_RULES, LIST_KERNELS, unsupportedKernel } from './shapes.js';

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
    const random = randomOpInProgress();
    if (random !== undefined || !data.every((element) => Object.is(element, data[0]))) {
      throw frozenValues(random, dtype, shape);
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

/** The tfjs op in progress that draws random numbers in JavaScript, if any. tfjs names its scopes after its ops. */
function randomOpInProgress(): string | undefined {
  const scopes = tf.engine().state.scopeStack as readonly { readonly name: string }[];
  const random = scopes.find(({ name }) => /^(random|rand__op|truncatedNormal|dropout)/.test(name));
  return random?.name.replace(/__op$/, '');
}

/** Values computed in JavaScript would be recorded once and be the same in every step. */
function frozenValues(random: string | undefined, dtype: tf.DataType, shape: number[]): TaskweaveError {
  return new TaskweaveError({
    code: 'TRACE_UNSUPPORTED',
    message:
      random === undefined
        ? 'A program made a tensor out of JavaScript numbers, which would stay the same in every step.'
        : `A program called tf.${random}, whose JavaScript numbers would stay the same in every step.`,
    subject: currentScope() || 'program',
    found: `${dtype} values of shape [${shape.join(', ')}]`,
    expected:
      random === undefined ? 'constants with one value in all elements' : 'random numbers of the graph',
    action:
      random === undefined
        ? 'Pass the values as an input of the program.'
        : 'Use randomUniform, randomNormal or dropout of @taskweave/engine, with the step number as an input.',
  });
}

let instance: TraceBackend | undefined;

/** Registers the backend and its kernels once per process. */
function traceBackend(): TraceBackend {
  if (instance !== undefined) return instance;
  const backend = (instance = new TraceBackend());
  tf.registerBackend(TRACE_BACKEND, () => backend);
  const known = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  for (const kernelName of new Set([...known, ...Object.keys(KERNEL_RULES)])) {
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
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
  return outputs.length === 1 && !LIST_KERNELS.has(kernel) ? outputs[0]! : outputs;
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
  selectBackend(TRACE_BACKEND);
  const unscope = scopeGradients();
  try {
    tf.engine().startScope(TRACE_BACKEND);
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
    unscope();
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
