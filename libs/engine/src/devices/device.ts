/** Where an engine computes. */
export const DEVICES = ['cpu', 'cuda', 'webgpu'] as const;
export type DeviceId = (typeof DEVICES)[number];

/** What a run may ask for. `auto`: cuda if it really opens, else webgpu on a real GPU, else cpu. */
export type DeviceChoice = DeviceId | 'auto';

/** Whether an engine can use a device on this machine, and if not, why and what to do. */
export type Availability =
  | { readonly available: true; readonly description: string }
  | { readonly available: false; readonly reason: string; readonly action: string };
