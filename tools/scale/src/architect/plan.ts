import type { NetworkDeclaration } from '@taskweave/search-space';

/** Convolutions and channels of VGG-16, block by block. */
const BLOCKS = [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 3, channels: 256 },
  { convolutions: 3, channels: 512 },
  { convolutions: 3, channels: 512 },
] as const;

/** Height and width of the images of the published search on NYU v2. */
const IMAGE_SIZE = 321;

const TASKS = ['segmentation', 'normals'] as const;

/** Two VGG-16 networks with a stage after each convolution: as many gates as the published search has. */
const NETWORKS: readonly NetworkDeclaration[] = TASKS.map((task) => ({
  task,
  stages: BLOCKS.flatMap(({ convolutions, channels }, block) =>
    Array.from({ length: convolutions }, (_, i) => {
      const size = Math.ceil(IMAGE_SIZE / 2 ** block);
      return { name: `conv${block + 1}_${i + 1}`, channels, height: size, width: size, block };
    }),
  ),
}));

/** The plan of such a search, as the search service would send it to the architect. */
export function planJson(steps: number): string {
  return JSON.stringify({
    spec: { seed: 1, steps, tasks: TASKS.map((id) => ({ id })), strategy: { id: 'mtl-nas', options: {} } },
    method: 'search',
    networks: NETWORKS,
    tasks: TASKS.map((id) => ({ id, kind: 'classification', outputs: 10 })),
    imageShape: [IMAGE_SIZE, IMAGE_SIZE, 3],
  });
}

/** The tasks whose losses trainers report. */
export const TASK_IDS: readonly string[] = TASKS;
