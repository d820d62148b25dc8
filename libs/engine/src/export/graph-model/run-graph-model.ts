import { OUTPUT_PREFIX } from '../../compiler/graph.js';
import { float32, type HostTensors } from '../../host-tensor.js';
import { openEngine } from '../../open-engine.js';
import type { Program } from '../../program.js';
import { tf, type NamedTensors } from '../../tf.js';
import type { ExportedModel } from '../exported-model.js';
import { MODEL_FILE } from './graph-model.js';
import type { NodeDef } from './node-def.js';

/**
 * Loads the files of a graph model with `tf.loadGraphModel` and lets TF.js execute its nodes. The kernels that they call
 * are recorded and computed by onnxruntime: in plain JavaScript, a large network would take minutes.
 *
 * @param files by name, as `graphModelFiles` gives them
 * @param threads that onnxruntime may use
 */
export async function openGraphModel(
  files: ReadonlyMap<string, Uint8Array>,
  threads: number,
): Promise<ExportedModel> {
  const artifacts = await readFiles(files);
  await tf.setBackend('cpu');
  const model = await tf.loadGraphModel({ load: () => Promise.resolve(artifacts) });
  const engine = await openEngine({ id: 'onnx', threads });
  const weights = await operands(model, artifacts);
  const state = engine.createState(weights);
  return {
    async run(inputs) {
      const executable = await engine.compile(executionOf(model, inputs, Object.keys(weights)), state);
      const outputs = await executable.run(inputs);
      await executable.dispose();
      return outputs;
    },
    async dispose() {
      model.dispose();
      await engine.dispose();
    },
  };
}

/** What `tf.loadGraphModel` gets of files, wherever it has them from. */
export function readFiles(files: ReadonlyMap<string, Uint8Array>): Promise<tf.io.ModelArtifacts> {
  const json = JSON.parse(Buffer.from(files.get(MODEL_FILE)!).toString()) as tf.io.ModelJSON;
  return tf.io.getModelArtifactsForJSON(json, (manifest) => {
    const shards = manifest.flatMap(({ paths }) => paths.map((path) => files.get(path)!));
    const bytes = new Uint8Array(Buffer.concat(shards));
    return Promise.resolve([manifest.flatMap(({ weights }) => weights), bytes.buffer]);
  });
}

/** Weights that are operands of kernels: floats but for the numbers around maps, which TF.js reads itself. */
async function operands(model: tf.GraphModel, { modelTopology }: tf.io.ModelArtifacts): Promise<HostTensors> {
  const { node } = modelTopology as { node: readonly NodeDef[] };
  const margins = new Set(node.filter(({ op }) => op === 'PadV2').map(({ input }) => input[2]));
  const weights: HostTensors = {};
  for (const [name, [tensor]] of Object.entries(model.weights)) {
    if (tensor!.dtype !== 'float32' || margins.has(name)) continue;
    weights[name] = float32(tensor!.shape, (await tensor!.data()) as Float32Array);
  }
  return weights;
}

/** The execution of a loaded model as a program, with its weights as state. */
function executionOf(model: tf.GraphModel, inputs: HostTensors, weights: readonly string[]): Program {
  return {
    name: 'graph-model',
    inputs,
    reads: weights,
    run(state, images) {
      const loaded = { ...model.weights };
      try {
        for (const name of weights) model.weights[name] = [state[name]!];
        const results = [model.execute(images, model.outputNodes)].flat();
        const outputs: NamedTensors = {};
        model.outputNodes.forEach((name, i) => {
          outputs[name.slice(OUTPUT_PREFIX.length).replace(/:0$/, '')] = results[i]!;
        });
        return { outputs };
      } finally {
        Object.assign(model.weights, loaded);
      }
    },
  };
}
