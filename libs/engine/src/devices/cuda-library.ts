import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const LIBRARY = 'libonnxruntime_providers_cuda.so';

/**
 * Why onnxruntime cannot use CUDA, as far as files tell. The npm package holds no CUDA code: it is too large for the
 * registry, and the package's install script, which fetches it from NuGet, is off in this workspace.
 */
export function missingCudaLibrary(
  platform: string = process.platform,
  arch: string = process.arch,
  root: string = packageFolder(),
): { reason: string; action: string } | undefined {
  if (platform !== 'linux' || arch !== 'x64') {
    return {
      reason: `onnxruntime-node has no CUDA library for ${platform} ${arch}`,
      action: 'Use a Linux x64 machine, or another device.',
    };
  }
  if (existsSync(join(root, 'bin', 'napi-v6', platform, arch, LIBRARY))) return undefined;
  return {
    reason: `${LIBRARY} is not there; the npm package comes without it`,
    action:
      'Run: ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js ' +
      '(fetches it from NuGet); CUDA 12 and cuDNN 9 must be installed too.',
  };
}

function packageFolder(): string {
  // Its entry is dist/index.js.
  return dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
}
