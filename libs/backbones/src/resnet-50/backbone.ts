import { tf, withScope, type Tensor } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { BackboneDefinition, ImageShape } from '../backbone.js';
import type { ForwardContext } from '../forward-context.js';
import { globalPoolHead } from '../heads/global-pool.js';
import { pixelMapHead } from '../heads/pixel-map.js';
import { scaledChannels } from '../layers/scaled-channels.js';
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

interface ResnetStage extends StageDeclaration, BottleneckShape {
  /** Pixels going in. */
  readonly area: number;
}

/** Halves a size `times` times, rounding up. */
function halved(size: number, times: number): number {
  return times === 0 ? size : halved(Math.ceil(size / 2), times - 1);
}

function declareStages(
  width: number,
  outputStride: number,
  [imageHeight, imageWidth]: ImageShape,
): ResnetStage[] {
  const stages: ResnetStage[] = [];
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
      const shape = { inputs, narrow, stride, dilation: taps, area } as const;
      stages.push({
        name: `layer${block + 1}.${position}`,
        channels,
        height,
        width: across,
        block,
        ...shape,
      });
      inputs = channels;
    }
  });
  return stages;
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
    const stages = declareStages(width, outputStride, imageShape);
    const last = stages.at(-1)!;
    const stemUnit = { weight: `${task}/conv1`, norm: `${task}/bn1` };
    const stemArea = halved(imageShape[0], 1) * halved(imageShape[1], 1);
    const stemMacs = STEM.kernel ** 2 * imageShape[2] * stages[0]!.inputs * stemArea;
    const head =
      predicts === 'image'
        ? globalPoolHead(`${task}/head`, last, outputs)
        : pixelMapHead(`${task}/head`, last, scaledChannels(hidden, width), outputs);
    const prefix = (index: number): string => `${task}/${stages[index]!.name}`;
    const stem = (context: ForwardContext, image: Tensor): Tensor => {
      const features = tf.relu(applyUnit(context, stemUnit, image, { stride: 2 }));
      return tf.maxPool(features as tf.Tensor4D, 3, 2, 1);
    };
    return {
      stages: stages.map(({ name, channels, height, width: across, block }) => ({
        name,
        channels,
        height,
        width: across,
        block,
      })),
      parameters: [
        ...declareUnit(stemUnit, STEM.kernel, imageShape[2], stages[0]!.inputs),
        ...stages.flatMap((stage, i) => declareBottleneck(prefix(i), stage)),
        ...head.parameters,
      ],
      macs: stages.reduce(
        (sum, stage) => sum + bottleneckMacs(stage, stage.area, stage.height * stage.width),
        stemMacs + head.macs,
      ),
      headMacs: head.macs,
      stage: (context, index, x) =>
        withScope(prefix(index), () => {
          const input = index === 0 ? stem(context, x) : x;
          return bottleneck(context, prefix(index), input, stages[index]!);
        }),
      head: (context, features) => withScope(`${task}/head`, () => head.apply(context, features)),
    };
  },
};
