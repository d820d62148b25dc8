import { readdirSync } from 'node:fs';

/**
 * Whether the machine has a GPU, as far as can be told without its driver. Vulkan also runs on the CPU (Mesa's
 * lavapipe), far slower than the cpu device, and onnxruntime does not say which adapter it opened.
 */
export function gpuPresent(platform: string = process.platform, devices = '/dev'): boolean {
  if (platform !== 'linux') return true;
  const entries = (folder: string): string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  return (
    entries(devices).some((name) => /^(nvidia\d+|dxg)$/.test(name)) ||
    entries(`${devices}/dri`).some((name) => name.startsWith('renderD'))
  );
}
