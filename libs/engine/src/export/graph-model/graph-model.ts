import { TaskweaveError } from '@taskweave/common';
import { OUTPUT_PREFIX, topologicalOrder, type Operation, type Value } from '../../compiler/graph.js';
import type { HostTensors } from '../../host-tensor.js';
import { isBatch } from '../open-batch.js';
import type { TrainedGraph } from '../trained-graph.js';
import { ARRANGEMENT } from './arrangement.js';
import { ELEMENTS } from './elements.js';
import { GraphWriter, type WriteKernel } from './graph-writer.js';
import { FLOAT, shapeOf } from './node-def.js';
import { WINDOWS } from './windows.js';
import { weightShards } from './weight-shards.js';

export const MODEL_FILE = 'model.json';

const KERNELS: Readonly<Record<string, WriteKernel>> = { ...ARRANGEMENT, ...ELEMENTS, ...WINDOWS };

export interface GraphModelOptions {
  /** Version of Taskweave. */
  readonly version: string;
  /** Free text by key, `metadata` of the loaded model. */
  readonly metadata: Readonly<Record<string, string>>;
  /** True: the batch that the program was recorded with stands for any; see `RECORDED_BATCH`. */
  readonly anyBatch: boolean;
}

/**
 * A TF.js graph model: `model.json` and its weights in files of 4 MiB, for `tf.loadGraphModel`. Inputs have the
 * program's names and shapes (images NHWC); outputs are called `output/<name>`.
 *
 * @returns the files by name
 * @throws TaskweaveError CONFIG_INVALID for an operation that graph models do not have
 */
export function graphModelFiles(
  trained: TrainedGraph,
  { version, metadata, anyBatch }: GraphModelOptions,
): Map<string, Uint8Array> {
  const open = (shape: readonly number[]): number[] =>
    shape.map((size) => (anyBatch && isBatch(size) ? -1 : size));
  const writer = new GraphWriter(open);
  const { graph, parameters } = trained;
  for (const operation of topologicalOrder(Object.values(graph.outputs))) {
    writer.enter(operation);
    if (operation.kernel === 'Input') writeInput(operation, parameters, writer);
    else (KERNELS[operation.kernel] ?? refuse)(operation, writer);
  }
  const outputs: Record<string, Value> = {};
  for (const [name, value] of Object.entries(graph.outputs)) {
    const output = OUTPUT_PREFIX + name;
    outputs[writer.node('Identity', [writer.get(value)], { T: FLOAT }, output)] = value;
  }
  const inputs = Object.entries(graph.inputs).filter(([name]) => !(name in parameters));
  const signature = (entries: [string, Value][]): object =>
    Object.fromEntries(
      entries.map(([name, { shape }]) => [
        name,
        { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeOf(open(shape)) },
      ]),
    );
  const { manifest, files } = weightShards(writer.weights);
  const model = {
    format: 'graph-model',
    generatedBy: `taskweave ${version}`,
    convertedBy: `taskweave ${version}`,
    signature: { inputs: signature(inputs), outputs: signature(Object.entries(outputs)) },
    userDefinedMetadata: metadata,
    modelTopology: { node: writer.nodes, library: {}, versions: { producer: 1482, minConsumer: 12 } },
    weightsManifest: [manifest],
  };
  return new Map([...files, [MODEL_FILE, Buffer.from(JSON.stringify(model))]]);
}

function writeInput(
  { attributes, outputs: [value] }: Operation,
  parameters: HostTensors,
  writer: GraphWriter,
): void {
  const name = attributes['name'] as string;
  const weight = parameters[name];
  const node =
    weight === undefined
      ? writer.node(
          'Placeholder',
          [],
          { dtype: FLOAT, shape: { shape: shapeOf(writer.open(value!.shape)) } },
          name,
        )
      : writer.weight(name, weight);
  writer.place(value!, node);
}

function refuse({ kernel, scope }: Operation): never {
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The network has an operation that is not exported as a TF.js graph model.',
    subject: scope,
    found: kernel,
    expected: Object.keys(KERNELS).sort().join(', '),
    action: 'Export it as onnx.',
  });
}
