import * as ort from 'onnxruntime-node';
import { compile, type CompiledProgram } from '../compiler/compile.js';
import { STATE_SUFFIX } from '../compiler/graph.js';
import type { OnnxModel, OnnxNode } from '../compiler/onnx-model.js';
import { keepsStateOnDevice, type DeviceId } from '../devices/device.js';
import type { Session, SessionOptions } from './onnx-session.js';

/**
 * Opens a compiled program on a GPU through onnxruntime's Node binding, which can keep tensors on the device (WebGPU).
 *
 * @throws Error with onnxruntime's message when it refuses the program
 */
export async function openBindingSession(
  { model, bytes }: CompiledProgram,
  { device, threads, profile }: SessionOptions,
): Promise<Session> {
  if (keepsStateOnDevice(device)) await keepDeviceOpen(device);
  return ort.InferenceSession.create(bytes, {
    executionProviders: [executionProvider(device, model)],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    ...optimization(model),
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
