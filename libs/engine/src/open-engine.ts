import { resolveDevice } from './devices/resolve-device.js';
import { openEngineOn } from './engines/open-engine-on.js';
import type { Engine, EngineOptions } from './program.js';

/**
 * Opens a tensor engine.
 *
 * @throws TaskweaveError ENGINE_UNAVAILABLE when `tensorflow` is asked for and neither of its packages is installed, or
 *   when a device is asked for that cannot be opened; CONFIG_INVALID when the engine has no such device
 */
export async function openEngine({ device: choice = 'cpu', ...options }: EngineOptions): Promise<Engine> {
  const { id, threads } = options;
  const device = await resolveDevice({ id, device: choice, threads });
  return openEngineOn({ ...options, device });
}
