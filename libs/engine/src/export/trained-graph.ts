import { lower } from '../compiler/lower/lower.js';
import { topologicalOrder, type Graph, type GraphBuilder } from '../compiler/graph.js';
import type { OnnxModel } from '../compiler/onnx-model.js';
import { recordPure } from '../compiler/record/record-pure.js';
import { simplify } from '../compiler/simplify/simplify.js';
import type { HostTensors } from '../host-tensor.js';
import type { Program } from '../program.js';
import { foldAffine } from './fold-affine.js';
import { foldConstants } from './fold-constants.js';

/** A recorded program together with its weights: what every format of an exported network is written from. */
export interface TrainedGraph {
  /** Its inputs are those of the program and the weights, by name. */
  readonly graph: Graph;
  /** Makes further operations of the same graph. */
  readonly builder: GraphBuilder;
  /** Values of those inputs of the graph that are weights, in the model's own layout (HWIO). */
  readonly parameters: HostTensors;
}

/**
 * A program made ready for export: what depends on weights alone is computed, and a scale and shift of channels after a
 * convolution or a matrix product, such as batch normalisation in evaluation, becomes part of its kernel and its bias.
 * Weights that are left keep their names; the bias that folding makes of `conv/weight` is `conv/bias`.
 *
 * @param program reads its weights as state, which it must not update
 * @param parameters values of the state it reads
 * @throws TaskweaveError TRACE_UNSUPPORTED when the program cannot be recorded
 */
export async function trainedGraph(program: Program, parameters: HostTensors): Promise<TrainedGraph> {
  const { graph, builder } = recordPure(program, parameters);
  const recorded = { graph: simplify(graph, builder), builder, parameters };
  return onlyNeeded(foldAffine(await foldConstants(recorded)));
}

/** Without the weights that no operation reads any more. */
function onlyNeeded({ graph, builder, parameters }: TrainedGraph): TrainedGraph {
  const read = new Set(
    topologicalOrder(Object.values(graph.outputs))
      .filter(({ kernel }) => kernel === 'Input')
      .map(({ attributes }) => attributes['name'] as string),
  );
  const needed = <T>(tensors: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(tensors).filter(([name]) => read.has(name) || !(name in parameters)));
  return { builder, parameters: needed(parameters), graph: { ...graph, inputs: needed(graph.inputs) } };
}

/** The graph in ONNX's terms, weights still among the inputs. */
export function lowered({ graph, parameters }: TrainedGraph): OnnxModel {
  return lower(graph, new Set(Object.keys(parameters)), new Set());
}
