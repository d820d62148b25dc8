import type { InputScale } from '@taskweave/datasets';
import { toInput } from '@taskweave/datasets';
import {
  float32,
  openEngine,
  resolveDevice,
  type DeviceChoice,
  type HostTensor,
  type HostTensors,
} from '@taskweave/engine';
import type { Raster } from '@taskweave/images';
import { prediction } from '@taskweave/supernet';
import type { TrainedNetwork } from './load-network.js';

/** Raw outputs for one image, each a batch of one, by task id. */
export type Outputs = ReadonlyMap<string, HostTensor>;

/**
 * What a network says of pictures, one by one.
 *
 * @param pictures of the network's size and channels, 8 bits
 * @param device in place of the one the network was trained on
 * @throws TaskweaveError ENGINE_UNAVAILABLE
 */
export async function predictImages(
  { plan, supernet, parameters, gates }: TrainedNetwork,
  pictures: readonly Raster[],
  scale: InputScale,
  device: DeviceChoice = plan.spec.engine.device,
): Promise<Outputs[]> {
  const wanted = { ...plan.spec.engine, device };
  const engine = await openEngine({ ...wanted, device: await resolveDevice(wanted) });
  try {
    const state = engine.createState(parameters);
    const gated = gates !== undefined;
    const program = await engine.compile(prediction(supernet, plan.imageShape, 1, { gated }), state);
    const inputs: HostTensors = gated ? { gates: float32([gates.length], gates) } : {};
    const found: Outputs[] = [];
    for (const picture of pictures) {
      const image = float32([1, ...plan.imageShape], toInput(picture, scale));
      const outputs = await program.run({ ...inputs, image });
      found.push(new Map(plan.tasks.map(({ id }) => [id, outputs[id]!])));
    }
    await program.dispose();
    return found;
  } finally {
    await engine.dispose();
  }
}
