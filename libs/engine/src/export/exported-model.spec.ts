import { describe, expect, it } from 'vitest';
import { expectCloseTensors, runProgram } from '../testing.js';
import { normal } from '../test-values.js';
import { tf, type NamedTensors } from '../tf.js';
import type { ExportedModel } from './exported-model.js';
import { graphModelFiles } from './graph-model/graph-model.js';
import { openGraphModel, readFiles } from './graph-model/run-graph-model.js';
import { RECORDED_BATCH } from './open-batch.js';
import { onnxFile } from './onnx.js';
import { openOnnxFile } from './run-onnx.js';
import { sampleParameters, sampleProgram } from './testing.js';
import { trainedGraph, type TrainedGraph } from './trained-graph.js';

const OPTIONS = { version: '1.2.3', metadata: { spec: '{"seed":1}', unicode: 'ä→' } };
const state = sampleParameters();

const FORMATS: [string, (trained: TrainedGraph, anyBatch: boolean) => Promise<ExportedModel>][] = [
  ['onnx', (trained, anyBatch) => openOnnxFile(onnxFile(trained, { ...OPTIONS, anyBatch }), 1)],
  ['tfjs', (trained, anyBatch) => openGraphModel(graphModelFiles(trained, { ...OPTIONS, anyBatch }), 1)],
];

describe.each(FORMATS)('a network exported as %s', (_format, open) => {
  it.each([
    ['any batch', RECORDED_BATCH, [1, 3]],
    ['a batch of 2', 2, [2]],
  ])('for %s has the outputs of the program', async (_what, recorded, batches) => {
    const trained = await trainedGraph(sampleProgram(recorded), state);
    const model = await open(trained, recorded === RECORDED_BATCH);
    for (const batch of batches) {
      const inputs = { image: normal(`image ${batch}`, [batch, 11, 10, 2]) };
      const { outputs } = await runProgram('cpu', sampleProgram(batch), { state, inputs });
      expectCloseTensors(await model.run(inputs), outputs, 1e-5);
    }
    await model.dispose();
  });
});

describe('a graph model', () => {
  it('is executed by TF.js alone, with its names, shapes and metadata', async () => {
    const trained = await trainedGraph(sampleProgram(RECORDED_BATCH), state);
    const files = graphModelFiles(trained, { ...OPTIONS, anyBatch: true });
    const artifacts = await readFiles(files);
    await tf.setBackend('cpu');
    const model = await tf.loadGraphModel({ load: () => Promise.resolve(artifacts) });
    expect(model.inputs.map(({ name, shape }) => [name, shape])).toEqual([['image', [-1, 11, 10, 2]]]);
    expect(model.metadata).toEqual(OPTIONS.metadata);
    const image = normal('image', [2, 11, 10, 2]);
    const tensor = tf.tensor(image.data, [2, 11, 10, 2]);
    const results = model.execute({ image: tensor }, ['output/map', 'output/vector']) as tf.Tensor[];
    const { outputs } = await runProgram('cpu', sampleProgram(2), { state, inputs: { image } });
    const named = { map: results[0]!, vector: results[1]! };
    expectCloseTensors(await downloaded(named), outputs, 1e-5);
    model.dispose();
  });

  it('refuses what graph models do not have, naming it', async () => {
    const trained = await trainedGraph(
      {
        name: 'scan',
        inputs: { x: normal('x', [3]) },
        reads: [],
        run: (_, { x }) => ({ outputs: { y: tf.cumsum(x!) } }),
      },
      {},
    );
    expect(() => graphModelFiles(trained, { ...OPTIONS, anyBatch: false })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', found: 'Cumsum' }),
    );
  });
});

describe('an ONNX file', () => {
  it('cannot be left open to any batch where an operation needs to know it', async () => {
    const program = {
      name: 'tiled',
      inputs: { x: normal('x', [RECORDED_BATCH, 2]) },
      reads: [],
      run: (_: NamedTensors, { x }: NamedTensors) => ({ outputs: { y: tf.tile(x!, [1, RECORDED_BATCH]) } }),
    };
    const trained = await trainedGraph(program, {});
    expect(() => onnxFile(trained, { ...OPTIONS, anyBatch: true })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', found: 'Tile' }),
    );
  });

  it('says who wrote it, and holds the metadata', async () => {
    const trained = await trainedGraph(sampleProgram(1), state);
    const bytes = Buffer.from(onnxFile(trained, { ...OPTIONS, anyBatch: false }));
    for (const part of ['taskweave', '1.2.3', 'spec', '{"seed":1}', 'unicode', 'ä→']) {
      expect(bytes.includes(Buffer.from(part)), part).toBe(true);
    }
  });
});

async function downloaded(tensors: NamedTensors) {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    const data = (await tensor.data()) as Float32Array;
    return [name, { dtype: 'float32', shape: tensor.shape, data }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
