import type { NamedTensor } from '@taskweave/common';
import type { TaskDeclaration } from '@taskweave/spec';
import { checkRead } from '../check-read.js';
import type { DataSet } from '../data-set.js';
import type { PlantedOptions } from './options.js';
import { drawChannel, drawStripes, type Stripes } from './stripes.js';

/** Draws every image when it is asked for; nothing is stored, and nothing is augmented. */
export function openPlanted(options: PlantedOptions): DataSet {
  const { partners, directions, noise, size, trainSize, validationSize, testSize } = options;
  const channels = partners.length;
  const declared = partners.map((partner, channel): TaskDeclaration => ({
    id: `channel-${channel}`,
    kind: 'classification',
    outputs: partner === null ? directions : directions ** 2,
  }));
  const sizes = { train: trainSize, validation: validationSize, test: testSize };
  const labelOf = (stripes: readonly Stripes[], task: number): number => {
    const own = stripes[task]!.direction;
    const partner = partners[task]!;
    return partner === null ? own : own * directions + stripes[partner]!.direction;
  };
  return {
    tasks: declared,
    imageShape: [size, size, channels],
    sizes,
    async read(part, indices, tasks) {
      checkRead('planted', { tasks: declared, sizes }, part, indices, tasks);
      const drawn = Array.from(indices, (index) => drawStripes(part, index, channels, directions));
      const pixels = size * size * channels;
      const image = new Float32Array(indices.length * pixels);
      drawn.forEach((stripes, row) => {
        const target = image.subarray(row * pixels, (row + 1) * pixels);
        stripes.forEach((one, channel) =>
          drawChannel(one, target, { channel, channels, size, directions, noise }),
        );
      });
      const labels = tasks.map((id): NamedTensor => {
        const task = declared.findIndex((one) => one.id === id);
        const data = Int32Array.from(drawn, (stripes) => labelOf(stripes, task));
        return { name: `label/${id}`, dtype: 'int32', shape: [indices.length], data };
      });
      const shape = [indices.length, size, size, channels];
      return [{ name: 'image', dtype: 'float32', shape, data: image }, ...labels];
    },
  };
}
