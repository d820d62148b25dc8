import { float32, int32, type HostTensors } from '@taskweave/engine';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import {
  architectureStep,
  buildSupernet,
  initialSlots,
  labelName,
  networkCost,
  weightStep,
  type SgdOptions,
  type Supernet,
} from '@taskweave/supernet';
import { classNumbers, noise, noisyParameters } from '../noise.js';
import type { BenchmarkCase } from './benchmark-case.js';

const TASKS: readonly TaskDeclaration[] = [
  { id: 'segmentation', kind: 'segmentation', outputs: 40 },
  { id: 'normals', kind: 'surface-normals', outputs: 3 },
];
const LOSS_WEIGHTS = [1, 20];

const SGD: SgdOptions = {
  momentum: 0.9,
  weightDecay: 2.5e-4,
  fusionFactor: 1,
  classifierWeightFactor: 1,
  classifierBiasFactor: 1,
};

export interface SupernetSize {
  readonly name: string;
  /** Factor of all channel counts; 1 is the published network of 51,862,955 parameters. */
  readonly width: number;
  readonly batch: number;
  /** Height and width of the images. Default 64. */
  readonly size?: number;
}

/** Segmentation and surface normals on two VGG-16 of the published kind, with all candidate edges. */
export function vgg16Supernet(width: number, size: number): Supernet {
  const spec = runSpecSchema.parse({
    tasks: TASKS.map(({ id }, i) => ({
      id,
      lossWeight: LOSS_WEIGHTS[i],
      backbone: { id: 'vgg16-deeplab-lfov', options: { width } },
    })),
  });
  return buildSupernet({ spec, method: 'search', tasks: TASKS, imageShape: [size, size, 3] });
}

/** One iteration of a search by MTL-NAS (CVPR 2020): an architecture step on one batch, a weight step on another. */
export function vgg16SupernetCase({ name, width, batch, size = 64 }: SupernetSize): BenchmarkCase {
  return {
    name,
    title: `VGG-16 supernet, width ${width}, ${size}x${size}, batch ${batch}, search iteration`,
    async prepare(engine) {
      const supernet = vgg16Supernet(width, size);
      const state = engine.createState({
        ...noisyParameters(supernet.parameters),
        ...initialSlots(supernet.parameters),
      });
      const dropout = { dropoutSeed: 1 };
      const shape = [size, size, 3] as const;
      const architecture = await engine.compile(architectureStep(supernet, shape, batch, dropout), state);
      const weights = await engine.compile(weightStep(supernet, shape, batch, SGD, dropout), state);
      const batches = [randomBatch(supernet, size, batch), randomBatch(supernet, size, batch)] as const;
      let step = 0;
      const learningRate = float32([], [1e-3]);
      const { macs } = networkCost(supernet);
      // The gates' gradient takes that of the fusion kernels; of other kernels it takes none.
      const fusionMacs = macs - supernet.networks.reduce((sum, { backbone }) => sum + backbone.macs, 0);
      return {
        parts: [
          {
            name: 'architecture step',
            flop: 2 * (2 * macs + fusionMacs) * batch,
            run: () => architecture.run({ ...batches[0], step: int32([], [step]) }),
          },
          {
            name: 'weight step',
            flop: 2 * 3 * macs * batch,
            run: () => weights.run({ ...batches[1], learningRate, step: int32([], [step++]) }),
          },
        ],
        async dispose() {
          await architecture.dispose();
          await weights.dispose();
        },
      };
    },
  };
}

function randomBatch({ edges }: Supernet, size: number, batch: number): HostTensors {
  return {
    image: noise([batch, size, size, 3]),
    [labelName('segmentation')]: classNumbers([batch, size, size], 40),
    [labelName('normals')]: noise([batch, size, size, 3]),
    gates: float32([edges.length], new Float32Array(edges.length).fill(0.5)),
  };
}
