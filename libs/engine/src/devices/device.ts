/** Where an engine computes. */
export const DEVICES = ['cpu', 'cuda', 'webgpu'] as const;
export type DeviceId = (typeof DEVICES)[number];

/** What a run may ask for. `auto`: cuda if it really opens, else webgpu on a real GPU, else cpu. */
export type DeviceChoice = DeviceId | 'auto';

/** Whether an engine can use a device on this machine, and if not, why and what to do. */
export type Availability =
  | { readonly available: true; readonly description: string }
  | { readonly available: false; readonly reason: string; readonly action: string };

/**
 * Whether state stays in the device's memory from one step to the next. The Node binding of onnxruntime 1.30 has GPU
 * tensors for WebGPU only; with CUDA, state crosses the bus twice a step.
 */
export function keepsStateOnDevice(device: DeviceId): boolean {
  return device === 'webgpu';
}
