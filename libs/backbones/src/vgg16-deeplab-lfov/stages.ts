import type { Tensor } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { ImageShape } from '../backbone.js';
import { largeFovPools } from '../heads/large-fov.js';
import { halvingPool, smoothingPool } from '../layers/pool.js';
import { scaledChannels } from '../layers/scaled-channels.js';
import type { Vgg16DeeplabLfovOptions } from './options.js';

/** Convolutions and their channels, block by block. */
const BLOCKS = [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 3, channels: 256 },
  { convolutions: 3, channels: 512 },
  { convolutions: 3, channels: 512 },
] as const;
/** The last block keeps the size of the one before and spreads its kernels in place of that. */
const DILATED_BLOCK = BLOCKS.length - 1;
const DILATION = 2;
/** How often the size is halved. */
export const HALVINGS = DILATED_BLOCK - 1;

/** One 3x3 convolution. */
export interface VggLayer {
  readonly name: string;
  readonly inputs: number;
  readonly channels: number;
  readonly dilation: number;
  /** Pixels of its output. */
  readonly area: number;
}

export interface VggStage {
  readonly declaration: StageDeclaration;
  readonly poolBefore?: (x: Tensor) => Tensor;
  readonly layers: readonly VggLayer[];
  readonly poolAfter?: (x: Tensor) => Tensor;
}

/** The pools between a block and what follows it; those of the last block are published as part of the head. */
function poolAfterBlock(block: number): (x: Tensor) => Tensor {
  if (block === DILATED_BLOCK) return largeFovPools;
  return block < HALVINGS ? halvingPool : smoothingPool;
}

/** The stages by where features can be fused: before the pool that ends a block, or after it. */
export function vggStages(
  { width, fuseAfter }: Vgg16DeeplabLfovOptions,
  [imageHeight, imageWidth, imageChannels]: ImageShape,
): VggStage[] {
  const size = (halvings: number): { height: number; width: number } => ({
    height: Math.floor(imageHeight / 2 ** Math.min(halvings, HALVINGS)),
    width: Math.floor(imageWidth / 2 ** Math.min(halvings, HALVINGS)),
  });
  let inputs = imageChannels;
  return BLOCKS.flatMap(({ convolutions, channels: published }, block): VggStage[] => {
    const channels = scaledChannels(published, width);
    const inside = size(block);
    const layers = Array.from({ length: convolutions }, (_, position): VggLayer => {
      const layer = {
        name: `conv${block + 1}_${position + 1}`,
        inputs,
        channels,
        dilation: block === DILATED_BLOCK ? DILATION : 1,
        area: inside.height * inside.width,
      };
      inputs = channels;
      return layer;
    });
    if (fuseAfter === 'block') {
      const declaration = { name: `block${block + 1}`, channels, ...size(block + 1), block };
      return [{ declaration, layers, poolAfter: poolAfterBlock(block) }];
    }
    return layers.map((layer, position) => ({
      declaration: { name: layer.name, channels, ...inside, block },
      ...(block > 0 && position === 0 && { poolBefore: poolAfterBlock(block - 1) }),
      layers: [layer],
    }));
  });
}
