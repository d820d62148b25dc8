import { tf, type NamedTensors, type Tensor } from '@taskweave/engine';
import {
  forwardContext,
  type Backbone,
  type ForwardContext,
  type ParameterDeclaration,
  type StepRandom,
} from '@taskweave/backbones';
import { fusionSources, type Edge, type NetworkDeclaration } from '@taskweave/search-space';
import type { TaskDeclaration } from '@taskweave/spec';
import type { FusionSettings } from './fusion.js';
import { convolutionNode } from './nodes/convolution.js';
import type { FusionNode } from './nodes/fusion-node.js';
import { forwardOrder, type ForwardRank } from './stage-order.js';

/** One task's network inside the supernet. */
export interface TaskNetwork {
  readonly task: TaskDeclaration;
  /** Factor of its loss in the sum. */
  readonly lossWeight: number;
  readonly backbone: Backbone;
}

export interface SupernetOptions {
  readonly networks: readonly TaskNetwork[];
  /** Edges in edge order: all candidates (a supernet) or the kept ones (a discrete network). */
  readonly edges: readonly Edge[];
  readonly fusion: FusionSettings;
  /** False: no fusion nodes at all, i.e. independent single-task networks. Default true. */
  readonly fused?: boolean;
  /** What the fusion nodes compute; by default the 1x1 convolution of MTL-NAS (CVPR 2020) and NDDR-CNN (CVPR 2019). */
  readonly node?: FusionNode;
  /** Whether training passes are given a gate for every edge (a search); false: all edges fully open. Default true. */
  readonly gated?: boolean;
  /** Whether all tasks' heads read the stages of the first network, the only ones there are. Default false. */
  readonly sharedTrunk?: boolean;
}

export interface ForwardResult {
  /** Raw outputs by task id. */
  readonly outputs: NamedTensors;
  /** Next running statistics by parameter name; empty in evaluation. */
  readonly statistics: NamedTensors;
}

/**
 * Several staged networks side by side with a fusion node after every stage of each (MTL-NAS, CVPR 2020).
 * The same class is the supernet (all candidate edges, gates given) and the discrete network (kept edges only).
 */
export class Supernet {
  readonly networks: readonly TaskNetwork[];
  readonly edges: readonly Edge[];
  readonly fusion: FusionSettings;
  readonly fused: boolean;
  readonly node: FusionNode;
  readonly gated: boolean;
  readonly sharedTrunk: boolean;
  readonly parameters: readonly ParameterDeclaration[];
  readonly #order: readonly ForwardRank[];

  constructor({
    networks,
    edges,
    fusion,
    fused = true,
    node = convolutionNode,
    gated = true,
    sharedTrunk = false,
  }: SupernetOptions) {
    this.networks = networks;
    this.edges = edges;
    this.fusion = fusion;
    this.fused = fused;
    this.node = node;
    this.gated = gated;
    this.sharedTrunk = sharedTrunk;
    this.#order = forwardOrder(
      this.trunks.map(({ backbone }) => backbone.stages.length),
      edges,
    );
    this.parameters = [
      ...networks.flatMap(({ backbone }, n) =>
        n < this.trunks.length ? backbone.parameters : headParameters(backbone),
      ),
      ...(fused ? this.#fusionParameters() : []),
    ];
  }

  /** The same networks joined by other edges: the discrete network of a search keeps some of the candidates. */
  withEdges(edges: readonly Edge[]): Supernet {
    const { networks, fusion, fused, node, gated, sharedTrunk } = this;
    return new Supernet({ networks, edges, fusion, fused, node, gated, sharedTrunk });
  }

  /** The networks whose stages are computed: all, or the first one. */
  get trunks(): readonly TaskNetwork[] {
    return this.sharedTrunk ? this.networks.slice(0, 1) : this.networks;
  }

  /** How many gates a training pass is given: one for each edge, or none. */
  get gateCount(): number {
    return this.gated ? this.edges.length : 0;
  }

  /** What the networks declare of the stages that are computed. */
  get declarations(): NetworkDeclaration[] {
    return this.trunks.map(({ task, backbone }) => ({ task: task.id, stages: [...backbone.stages] }));
  }

  /** Prefix of the parameters of the fusion node after a stage. */
  fusionPrefix(network: number, stage: number): string {
    const { task, backbone } = this.networks[network]!;
    return `${task.id}/fusion/${backbone.stages[stage]!.name}`;
  }

  /**
   * @param parameters all parameters by name
   * @param image [batch, height, width, channels]
   * @param gates one number per edge, shape [edges], in edge order; absent: every edge fully open
   * @param random where dropout gets its random numbers from; absent: no dropout
   */
  forward(
    parameters: NamedTensors,
    image: Tensor,
    { training, gates, random }: { training: boolean; gates?: Tensor; random?: StepRandom },
  ): ForwardResult {
    const context = forwardContext(parameters, {
      training,
      batchNorm: this.fusion,
      ...(random !== undefined && { random }),
    });
    const { networks, trunks } = this;
    // What every network has got to: the image, then its last fusion.
    const features: Tensor[] = trunks.map(() => image);
    // Sources of every fusion are features before fusion, of this stage and of earlier ones.
    const sources: Tensor[][] = trunks.map(() => []);
    for (const { stages, fusions } of this.#order) {
      for (const { network, stage } of stages) {
        const { backbone } = trunks[network]!;
        sources[network]!.push(backbone.stage(context, stage, features[network]!));
      }
      for (const { network, stage } of fusions) {
        const own = sources[network]![stage]!;
        features[network] = this.fused ? this.#fuse(context, network, stage, own, sources, gates) : own;
      }
    }
    const outputs = Object.fromEntries(
      networks.map(({ task, backbone }, n) => [
        task.id,
        backbone.head(context, features[this.sharedTrunk ? 0 : n]!),
      ]),
    );
    return { outputs, statistics: context.statistics };
  }

  #fuse(
    context: ForwardContext,
    network: number,
    stage: number,
    own: Tensor,
    sources: readonly Tensor[][],
    gates: Tensor | undefined,
  ): Tensor {
    const incoming = fusionSources(this.edges, network, stage);
    const features = incoming.map((edge) => sources[edge.sourceNetwork]![edge.sourceStage]!);
    // Edges into one node stand next to each other in edge order.
    const slice =
      gates === undefined || incoming.length === 0
        ? undefined
        : tf.slice(gates, [incoming[0]!.index], [incoming.length]);
    return this.node.fuse(context, this.fusionPrefix(network, stage), own, features, slice);
  }

  #fusionParameters(): ParameterDeclaration[] {
    return this.trunks.flatMap(({ backbone }, network) =>
      backbone.stages.flatMap((stage, index) =>
        this.node.declare(
          this.fusionPrefix(network, index),
          stage,
          fusionSources(this.edges, network, index),
          this.fusion,
        ),
      ),
    );
  }
}

/** The parameters of a network without its stages. */
function headParameters({ parameters }: Backbone): ParameterDeclaration[] {
  return parameters.filter(({ group }) => group !== 'backbone');
}
