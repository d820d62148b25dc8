import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  graphModelFiles,
  onnxFile,
  openGraphModel,
  openOnnxFile,
  RECORDED_BATCH,
  trainedGraph,
  type ExportedModel,
  type HostTensors,
  type Program,
  type TrainedGraph,
} from '@taskweave/engine';
import type { ImageShape } from '@taskweave/backbones';
import { expectCloseTensors, normal, runProgram } from '@taskweave/engine/testing';
import { BASELINE_METHODS, runSpecSchema } from '@taskweave/spec';
import { buildSupernet } from '../build-supernet.js';
import { extractDiscrete, type DiscreteNetwork } from '../extract.js';
import type { Supernet } from '../supernet.js';
import { BATCH, IMAGE, randomInputs, TINY_SUPERNETS, tinySupernet, trainedParameters } from '../testing.js';
import { inference, outputName } from './inference.js';
import { prediction } from './prediction.js';

const OPTIONS = { version: '0', metadata: {}, anyBatch: true };
const THREADS = 1;

const FORMATS: [string, (trained: TrainedGraph) => Promise<ExportedModel>][] = [
  ['onnx', (trained) => openOnnxFile(onnxFile(trained, OPTIONS), THREADS)],
  ['tfjs', (trained) => openGraphModel(graphModelFiles(trained, OPTIONS), THREADS)],
];

const blocks = fc.array(
  fc
    .record({ width: fc.integer({ min: 1, max: 5 }), depth: fc.integer({ min: 1, max: 3 }) })
    .map(({ width, depth }) => Array<number>(depth).fill(width)),
  { minLength: 1, maxLength: 3 },
);

/** Any small network, among them ones without edges. */
const networks = fc
  .record({
    channels: blocks,
    tasks: fc.integer({ min: 2, max: 3 }),
    method: fc.constantFrom('search' as const, 'search' as const, 'single-task' as const),
    keep: fc.constantFrom(0, 0.5, 1),
    picks: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
  })
  .map(({ keep, picks, ...options }) => {
    const supernet = tinySupernet(options);
    return discrete(supernet, (edge) => picks[edge % picks.length]! < keep);
  });

function discrete(supernet: Supernet, keep: (edge: number) => boolean): DiscreteNetwork {
  return extractDiscrete(
    supernet,
    trainedParameters(supernet),
    supernet.edges.map((_, edge) => keep(edge)),
  );
}

/** The program that is exported, for any batch. */
function forImages({ network }: DiscreteNetwork, imageShape: ImageShape = IMAGE): Program {
  return prediction(network, imageShape, RECORDED_BATCH, { gated: false });
}

/** What the evaluator's program gives for images. */
async function evaluated(
  { network, parameters }: DiscreteNetwork,
  images: HostTensors,
  imageShape: ImageShape = IMAGE,
): Promise<HostTensors> {
  const batch = images['image']!.shape[0]!;
  const program = inference(network, imageShape, batch, { gated: false });
  const labels = Object.entries(program.inputs)
    .filter(([name]) => name !== 'image')
    .map(([name, { shape }]) => {
      const data = new Int32Array(shape.reduce((product, size) => product * size, 1));
      return [name, { dtype: 'int32', shape, data }] as const;
    });
  const inputs = { ...Object.fromEntries(labels), ...images };
  const { outputs } = await runProgram('onnx', program, { state: parameters, inputs });
  return Object.fromEntries(
    network.networks.map(({ task: { id } }) => [id, outputs[outputName(id)]!] as const),
  );
}

it.each([true, false])(
  'prediction needs no labels and gives what inference does, gated: %s',
  async (gated) => {
    const supernet = tinySupernet({ tasks: 2 });
    const state = trainedParameters(supernet);
    const { gates, ...batch } = randomInputs(supernet);
    const extra = gated ? { gates: gates! } : {};
    const scored = await runProgram('onnx', inference(supernet, IMAGE, BATCH, { gated }), {
      state,
      inputs: { ...batch, ...extra },
    });
    const predicted = await runProgram('onnx', prediction(supernet, IMAGE, BATCH, { gated }), {
      state,
      inputs: { image: batch['image']!, ...extra },
    });
    const tasks = supernet.networks.map(({ task }) => task.id);
    expect(Object.keys(predicted.outputs)).toEqual(tasks);
    for (const task of tasks) expect(predicted.outputs[task]).toEqual(scored.outputs[outputName(task)]);
  },
);

describe.each(FORMATS)('a discrete network exported as %s', (_format, open) => {
  it('has the outputs of the evaluation, for any batch', async () => {
    await fc.assert(
      fc.asyncProperty(networks, fc.integer({ min: 1, max: 3 }), async (network, batch) => {
        const program = forImages(network);
        const model = await open(await trainedGraph(program, network.parameters));
        const images = { image: normal('exported', [batch, ...IMAGE]) };
        expectCloseTensors(await model.run(images), await evaluated(network, images), 1e-5);
        await model.dispose();
      }),
      { numRuns: 6 },
    );
  });

  it.each(TINY_SUPERNETS)('has them for %s', async (_what, options) => {
    const network = discrete(tinySupernet(options), (edge) => edge % 3 > 0);
    const program = forImages(network);
    const model = await open(await trainedGraph(program, network.parameters));
    const images = { image: normal('exported', [2, ...IMAGE]) };
    expectCloseTensors(await model.run(images), await evaluated(network, images), 1e-5);
    await model.dispose();
  });

  it.each(BASELINE_METHODS)('has them for the networks of the method %s', async (method) => {
    const network = discrete(tinySupernet({ method, channels: [[2], [4, 4]] }), () => true);
    const program = forImages(network);
    const model = await open(await trainedGraph(program, network.parameters));
    const images = { image: normal('exported', [2, ...IMAGE]) };
    expectCloseTensors(await model.run(images), await evaluated(network, images), 1e-5);
    await model.dispose();
  });

  it.each([
    ['vgg16-deeplab-lfov', { width: 1 / 32 }],
    ['resnet-50', { width: 1 / 32, hidden: 16, outputStride: 8 }],
  ])('has them for %s, with maps as outputs', async (id, options) => {
    const imageShape = [19, 17, 3] as const;
    const spec = runSpecSchema.parse({
      tasks: ['map', 'scene'].map((task) => ({ id: task, backbone: { id, options } })),
    });
    const tasks = [
      { id: 'map', kind: 'segmentation' as const, outputs: 4 },
      { id: 'scene', kind: 'classification' as const, outputs: 3 },
    ];
    const supernet = buildSupernet({ spec, method: 'search', tasks, imageShape });
    const network = discrete(supernet, (edge) => edge % 2 === 0);
    const program = forImages(network, imageShape);
    const folded = await trainedGraph(program, network.parameters);
    expect(Object.keys(folded.parameters).filter((name) => !/\/(weight|bias)$/.test(name))).toEqual([]);
    const model = await open(folded);
    const images = { image: normal('exported', [2, ...imageShape]) };
    const outputs = await model.run(images);
    expect(outputs['map']!.shape.at(-1)).toBe(4);
    expectCloseTensors(outputs, await evaluated(network, images, imageShape), 1e-5);
    await model.dispose();
  });
});

describe('folding', () => {
  it('leaves a kernel and a bias for each layer, and nothing of the norms', async () => {
    await fc.assert(
      fc.asyncProperty(networks, async ({ network, parameters }) => {
        const folded = await trainedGraph(prediction(network, IMAGE, 1, { gated: false }), parameters);
        const kernels = Object.keys(parameters).filter((name) => name.endsWith('/weight'));
        const expected = kernels.flatMap((name) => [name, name.replace(/weight$/, 'bias')]);
        expect(Object.keys(folded.parameters).sort()).toEqual(expected.sort());
        for (const name of kernels) expect(folded.parameters[name]!.shape).toEqual(parameters[name]!.shape);
      }),
      { numRuns: 6 },
    );
  });
});
