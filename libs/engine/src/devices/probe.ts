import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import type { EngineId } from '../program.js';
import { missingCudaLibrary } from './cuda-library.js';
import type { Availability, DeviceId } from './device.js';
import type { ProbeReply, ProbeRequest } from './probe-main.js';

/** Opening a GPU for the first time may compile shaders; a probe that takes longer is taken for hung. */
const TIMEOUT_MS = 60_000;

const WEBGPU_ACTION =
  'Install a Vulkan driver for the GPU and its loader (Debian: libvulkan1 and mesa-vulkan-drivers, or the ' +
  "NVIDIA driver's own; in a container NVIDIA_DRIVER_CAPABILITIES must include graphics).";

/**
 * Opens an engine on a device in a process of its own and runs a tiny program there: drivers crash, print, and hold on
 * to memory, none of which may happen to the caller.
 *
 * @param request `benchmark` also measures its speed, for about a second
 */
export async function probe(request: ProbeRequest): Promise<Availability & { gflops?: number }> {
  const missing = request.id === 'onnx' && request.device === 'cuda' ? missingCudaLibrary() : undefined;
  if (missing !== undefined) return { available: false, ...missing };
  const reply = await ask(request);
  if (!('error' in reply)) return { available: true, ...reply };
  return {
    available: false,
    reason: reply.error,
    action: reply.action ?? actionFor(request.id, request.device),
  };
}

function actionFor(id: EngineId, device: DeviceId): string {
  if (id === 'onnx' && device === 'webgpu') return WEBGPU_ACTION;
  if (id === 'onnx' && device === 'cuda') {
    return 'Install CUDA 12, cuDNN 9 and the NVIDIA driver, where the loader finds them (LD_LIBRARY_PATH).';
  }
  return 'Use another engine or device.';
}

function ask(request: ProbeRequest): Promise<ProbeReply> {
  const entry = createRequire(import.meta.url).resolve('@taskweave/engine/probe');
  const child = fork(entry, [JSON.stringify(request)], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr!.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-10_000)));
  return new Promise((resolve) => {
    const finish = (reply: ProbeReply): void => {
      clearTimeout(timer);
      // Some drivers crash when they are unloaded; everything there is to know is known.
      child.kill('SIGKILL');
      resolve(reply);
    };
    const timer = setTimeout(() => finish({ error: `no answer within ${TIMEOUT_MS / 1000} s` }), TIMEOUT_MS);
    child.on('message', finish);
    child.on('error', ({ message }) => finish({ error: message }));
    child.on('exit', (code, signal) => finish({ error: crash(code, signal, stderr) }));
  });
}

function crash(code: number | null, signal: string | null, stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return `its process ended (${signal ?? `exit code ${code}`})${last === '' ? '' : `: ${last}`}`;
}
