import {
  convolution,
  declareConvolution,
  type Backbone,
  type ParameterDeclaration,
} from '@taskweave/backbones';
import {
  maskedCrossEntropy,
  tf,
  valueAndGradients,
  withScope,
  type NamedTensors,
  type Program,
  type Tensor,
} from '@taskweave/engine';
import { candidateEdges, type StageDeclaration } from '@taskweave/search-space';
import { Supernet, networkCost } from '@taskweave/supernet';
import { classNumbers, noise, noisyParameters } from '../noise.js';
import type { BenchmarkCase } from './benchmark-case.js';

const CLASSES = 10;
/** Class number of a pixel that does not count; here all do. */
const UNLABELLED = 255;
const DILATION = 2;
const LEARNING_RATE = 0.01;

export interface TwoBranchSize {
  /** Channels of the stages, each of which halves the size. Default 32, 64, 128. */
  readonly channels?: readonly number[];
  /** Height and width of the images. Default 64. */
  readonly size?: number;
  /** Default 8. */
  readonly batch?: number;
}

/** A stage is a 3x3 convolution with BN and ReLU; the head one more with dilation 2, and a 1x1 classifier. */
function branch(task: string, channels: readonly number[], size: number, outputs: number): Backbone {
  const stages = channels.map((count, i): StageDeclaration => {
    const side = size / 2 ** i;
    return { name: `conv${i + 1}`, channels: count, height: side, width: side, block: i };
  });
  const inputs = (index: number): number => channels[index - 1] ?? 3;
  const last = channels.at(-1)!;
  const mapPixels = (size / 2 ** channels.length) ** 2;
  const headMacs = (9 * last * last + last * outputs) * mapPixels;
  const classifier: ParameterDeclaration = {
    name: `${task}/classifier/weight`,
    shape: [1, 1, last, outputs],
    group: 'classifier-weight',
    trainable: true,
    initial: { kind: 'normal', deviation: 0.1 },
  };
  const halved = (x: Tensor): Tensor => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
  const declare = (
    name: string,
    from: number,
    to: number,
    group: 'backbone' | 'head',
  ): ParameterDeclaration[] =>
    declareConvolution(`${task}/${name}`, { kernel: 3, inputs: from, outputs: to, group });
  return {
    stages,
    parameters: [
      ...stages.flatMap((stage, i) => declare(stage.name, inputs(i), stage.channels, 'backbone')),
      ...declare('dilated', last, last, 'head'),
      classifier,
    ],
    macs: stages.reduce(
      (sum, stage, i) => sum + 9 * inputs(i) * stage.channels * stage.height * stage.width,
      headMacs,
    ),
    headMacs,
    stage: (context, index, x) => {
      const prefix = `${task}/${stages[index]!.name}`;
      return withScope(prefix, () => convolution(context, prefix, index === 0 ? x : halved(x)));
    },
    head: (context, features) =>
      withScope(`${task}/head`, () => {
        const wide = convolution(context, `${task}/dilated`, halved(features), DILATION);
        return tf.conv2d(wide as tf.Tensor4D, context.parameter(classifier.name) as tf.Tensor4D, 1, 'same');
      }),
  };
}

function trainingStep(supernet: Supernet, size: number, inputs: Program['inputs']): Program {
  const trainable = supernet.parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
  const loss = (outputs: NamedTensors, label: Tensor, target: Tensor): tf.Scalar => {
    const resized = (task: string): tf.Tensor4D =>
      tf.image.resizeBilinear(outputs[task] as tf.Tensor4D, [size, size], true);
    const crossEntropy = maskedCrossEntropy(resized('classes'), label, UNLABELLED);
    const distance = tf.mean(tf.abs(tf.sub(tf.sigmoid(resized('values')), target)));
    return tf.add(crossEntropy, distance);
  };
  return {
    name: 'two-branch',
    inputs,
    reads: supernet.parameters.map(({ name }) => name),
    run(state, { image, label, target }) {
      const weights = Object.fromEntries(trainable.map((name) => [name, state[name]!]));
      const { value, gradients, auxiliary } = valueAndGradients((variables) => {
        const forward = supernet.forward({ ...state, ...variables }, image!, { training: true });
        return { value: loss(forward.outputs, label!, target!), auxiliary: forward.statistics };
      }, weights);
      const updated = trainable.map((name) => [
        name,
        tf.sub(state[name]!, tf.mul(gradients[name]!, LEARNING_RATE)),
      ]);
      return { outputs: { loss: value }, state: { ...auxiliary, ...Object.fromEntries(updated) } };
    },
  };
}

/**
 * Two branches with a 1x1 fusion after every stage, a softmax and an L1 loss on resized outputs, plain SGD: every kind
 * of layer of the large networks, in a second's work.
 */
export function twoBranchCase({
  channels = [32, 64, 128],
  size = 64,
  batch = 8,
}: TwoBranchSize = {}): BenchmarkCase {
  return {
    name: 'two-branch',
    title: `two branches of ${[3, ...channels].join('-')} channels, ${size}x${size}, batch ${batch}, SGD step`,
    async prepare(engine) {
      const tasks = { classes: CLASSES, values: 1 } as const;
      const networks = Object.entries(tasks).map(([id, outputs]) => ({
        task: { id, kind: 'segmentation', outputs } as const,
        lossWeight: 1,
        backbone: branch(id, channels, size, outputs),
      }));
      const declarations = networks.map(({ task, backbone }) => ({
        task: task.id,
        stages: [...backbone.stages],
      }));
      const supernet = new Supernet({
        networks,
        edges: candidateEdges(declarations, { depthLimit: 1 }),
        fusion: { init: [0.9, 0.1], epsilon: 1e-3, momentum: 0.05 },
      });
      const inputs = {
        image: noise([batch, size, size, 3]),
        label: classNumbers([batch, size, size], CLASSES),
        target: noise([batch, size, size, 1]),
      };
      const state = engine.createState(noisyParameters(supernet.parameters));
      const step = await engine.compile(trainingStep(supernet, size, inputs), state);
      const flop = 2 * 3 * networkCost(supernet).macs * batch;
      return {
        parts: [{ name: 'step', flop, run: () => step.run(inputs) }],
        dispose: () => step.dispose(),
      };
    },
  };
}
