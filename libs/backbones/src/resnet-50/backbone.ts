import { tf } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { BackboneDefinition, ImageShape } from '../backbone.js';
import { globalPoolHead } from '../heads/global-pool.js';
import { pixelMapHead } from '../heads/pixel-map.js';
import { scaledChannels } from '../layers/scaled-channels.js';
import { stagedBackbone, type Stage } from '../staged-backbone.js';
import {
  EXPANSION,
  applyUnit,
  bottleneck,
  bottleneckMacs,
  declareBottleneck,
  declareUnit,
  type BottleneckShape,
} from './bottleneck.js';
import { resnet50Options, type Resnet50Options } from './options.js';

/** Bottlenecks of every block; a block's narrow channels are twice those of the one before. */
const BLOCKS = [3, 4, 6, 3] as const;
const STEM = { channels: 64, kernel: 7 } as const;
/** Stem and pool halve the size twice before the first bottleneck. */
const STEM_STRIDE = 4;

interface DescribedStage extends BottleneckShape {
  readonly declaration: StageDeclaration;
  /** Pixels going in. */
  readonly area: number;
}

/** Halves a size `times` times, rounding up. */
function halved(size: number, times: number): number {
  return times === 0 ? size : halved(Math.ceil(size / 2), times - 1);
}

function describeStages(
  width: number,
  outputStride: number,
  [imageHeight, imageWidth]: ImageShape,
): DescribedStage[] {
  const stages: DescribedStage[] = [];
  let inputs = scaledChannels(STEM.channels, width);
  let [height, across] = [halved(imageHeight, 2), halved(imageWidth, 2)];
  let [reached, dilation] = [STEM_STRIDE, 1];
  BLOCKS.forEach((count, block) => {
    const narrow = scaledChannels(STEM.channels * 2 ** block, width);
    for (let position = 0; position < count; position++) {
      const shrinks = block > 0 && position === 0;
      const stride = shrinks && reached < outputStride ? 2 : 1;
      const area = height * across;
      // A block that would have halved the size starts with the taps of the one before, as in torchvision.
      const taps = dilation;
      if (stride === 2) {
        [height, across] = [halved(height, 1), halved(across, 1)];
        reached *= 2;
      } else if (shrinks) dilation *= 2;
      const channels = EXPANSION * narrow;
      const name = `layer${block + 1}.${position}`;
      const declaration = { name, channels, height, width: across, block };
      stages.push({ declaration, inputs, narrow, stride, dilation: taps, area });
      inputs = channels;
    }
  });
  return stages;
}

/** A 7x7 convolution with stride 2 and a 3x3 max pool with stride 2, before the first bottleneck. */
function makeStem(
  task: string,
  channels: number,
  [height, width, inputs]: ImageShape,
): Omit<Stage, 'declaration'> {
  const unit = { weight: `${task}/conv1`, norm: `${task}/bn1` };
  return {
    parameters: declareUnit(unit, STEM.kernel, inputs, channels),
    macs: STEM.kernel ** 2 * inputs * channels * halved(height, 1) * halved(width, 1),
    apply(context, image) {
      const features = tf.relu(applyUnit(context, unit, image, { stride: 2 }));
      return tf.maxPool(features as tf.Tensor4D, 3, 2, 1);
    },
  };
}

/**
 * ResNet-50 (He et al., CVPR 2016) with 16 stages, one per bottleneck, in 4 blocks; features are fused after a
 * bottleneck's last ReLU. Stem and pool belong to the first stage. Layers and their names are those of torchvision and
 * timm: `conv1`, `bn1`, `layer1.0/conv1`, `layer1.0/bn1`, ..., `layer1.0/downsample/conv`, `layer1.0/downsample/bn`.
 */
export const resnet50: BackboneDefinition<Resnet50Options> = {
  id: 'resnet-50',
  options: resnet50Options,
  create({ task, options, imageShape, outputs, predicts = 'image' }) {
    const { width, outputStride = predicts === 'image' ? 32 : 8, hidden } = options;
    const described = describeStages(width, outputStride, imageShape);
    const stem = makeStem(task, described[0]!.inputs, imageShape);
    const stages = described.map(({ declaration, area, ...shape }, index): Stage => {
      const prefix = `${task}/${declaration.name}`;
      const macs = bottleneckMacs(shape, area, declaration.height * declaration.width);
      return {
        declaration,
        parameters: [...(index === 0 ? stem.parameters : []), ...declareBottleneck(prefix, shape)],
        macs: index === 0 ? stem.macs + macs : macs,
        apply: (context, x) => bottleneck(context, prefix, index === 0 ? stem.apply(context, x) : x, shape),
      };
    });
    const last = stages.at(-1)!.declaration;
    return stagedBackbone(
      task,
      stages,
      predicts === 'image'
        ? globalPoolHead(`${task}/head`, last, outputs)
        : pixelMapHead(`${task}/head`, last, scaledChannels(hidden, width), outputs),
    );
  },
};
