import * as ort from 'onnxruntime-node';
import { TaskweaveError } from '@taskweave/common';
import { compile, type CompiledProgram } from '../compiler/compile.js';
import { STATE_SUFFIX } from '../compiler/graph.js';
import type { OnnxModel, OnnxNode } from '../compiler/onnx-model.js';
import type { DeviceId } from '../devices/device.js';

export interface SessionOptions {
  readonly device: DeviceId;
  readonly threads: number;
  /** See `EngineOptions.profile`. */
  readonly profile?: string;
}

/**
 * Loads a compiled program into onnxruntime.
 *
 * @throws TaskweaveError INTERNAL when onnxruntime refuses it
 */
export async function createSession(
  { model, bytes }: CompiledProgram,
  { device, threads, profile }: SessionOptions,
): Promise<ort.InferenceSession> {
  try {
    if (keepsStateOnDevice(device)) await keepDeviceOpen(device);
    return await ort.InferenceSession.create(bytes, {
      executionProviders: [executionProvider(device, model)],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      ...optimization(model),
      // With a pattern, the second call lays out all tensors anew in one block, and the memory of the first call stays
      // reserved: twice the memory for a step that is no quicker.
      enableMemPattern: false,
      logSeverityLevel: 3,
      ...(keepsStateOnDevice(device) && {
        preferredOutputLocation: Object.fromEntries(
          model.outputs.map(({ name }) => [name, name.endsWith(STATE_SUFFIX) ? 'gpu-buffer' : 'cpu']),
        ),
      }),
      ...(profile !== undefined && {
        enableProfiling: true,
        profileFilePrefix: `${profile}${model.name}`,
      }),
    });
  } catch (error) {
    const message = `onnxruntime refused the compiled program ${model.name}: ${(error as Error).message}`;
    throw new TaskweaveError({ code: 'INTERNAL', message }, { cause: error });
  }
}

/** How onnxruntime is to optimise a model. */
export function optimization({
  disabledOptimizers,
}: OnnxModel): Pick<ort.InferenceSession.SessionOptions, 'graphOptimizationLevel' | 'extra'> {
  return {
    graphOptimizationLevel: 'all',
    extra: { optimization: { disable_specified_optimizers: disabledOptimizers.join(';') } },
  };
}

let anchor: Promise<ort.InferenceSession> | undefined;

/**
 * onnxruntime closes a GPU with the last session on it, and tensors that are left there then crash the process, even
 * when they are only collected. So one session of a single node stays for as long as the thread.
 */
function keepDeviceOpen(device: DeviceId): Promise<ort.InferenceSession> {
  anchor ??= openAnchor(device);
  return anchor;
}

function openAnchor(device: DeviceId): Promise<ort.InferenceSession> {
  const vector = { dtype: 'float32', shape: [1] } as const;
  const { bytes } = compile(
    { name: 'anchor', inputs: { x: vector }, reads: [], run: (_, { x }) => ({ outputs: { y: x! } }) },
    {},
  );
  return ort.InferenceSession.create(bytes, { executionProviders: [device], logSeverityLevel: 3 });
}

/** What a device has to leave to the CPU. */
function executionProvider(
  device: DeviceId,
  { nodes }: OnnxModel,
): ort.InferenceSession.ExecutionProviderConfig {
  if (device !== 'webgpu') return device;
  const forceCpuNodeNames = nodes.filter(isBeyondWebGpu).map(({ name }) => name);
  if (forceCpuNodeNames.length === 0) return device;
  return { name: device, forceCpuNodeNames } as ort.InferenceSession.ExecutionProviderConfig;
}

/**
 * WebGPU's MaxPool has no Indices output ("not supported yet", onnxruntime 1.30), and its grouped ConvTranspose is wrong
 * where groups have two or four channels.
 */
function isBeyondWebGpu({ opType, outputs, attributes }: OnnxNode): boolean {
  if (opType === 'MaxPool') return outputs.length > 1;
  return opType === 'ConvTranspose' && Number(attributes['group'] ?? 1) > 1;
}

/**
 * Whether state stays in the device's memory from one step to the next. The Node binding of onnxruntime 1.30 has GPU
 * tensors for WebGPU only; with CUDA, state crosses the bus twice a step.
 */
export function keepsStateOnDevice(device: DeviceId): boolean {
  return device === 'webgpu';
}
