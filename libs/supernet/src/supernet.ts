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
import { declareFusion, fuse, type FusionSettings } from './fusion.js';
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
  readonly parameters: readonly ParameterDeclaration[];
  readonly #order: readonly ForwardRank[];

  constructor({ networks, edges, fusion, fused = true }: SupernetOptions) {
    this.networks = networks;
    this.edges = edges;
    this.fusion = fusion;
    this.fused = fused;
    this.#order = forwardOrder(
      networks.map(({ backbone }) => backbone.stages.length),
      edges,
    );
    this.parameters = [
      ...networks.flatMap(({ backbone }) => backbone.parameters),
      ...(fused ? this.#fusionParameters() : []),
    ];
  }

  /** The same networks joined by other edges: the discrete network of a search keeps some of the candidates. */
  withEdges(edges: readonly Edge[]): Supernet {
    return new Supernet({ networks: this.networks, edges, fusion: this.fusion, fused: this.fused });
  }

  /** What the networks declare of themselves. */
  get declarations(): NetworkDeclaration[] {
    return this.networks.map(({ task, backbone }) => ({ task: task.id, stages: [...backbone.stages] }));
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
    // What every network has got to: the image, then its last fusion.
    const features: Tensor[] = this.networks.map(() => image);
    // Sources of every fusion are features before fusion, of this stage and of earlier ones.
    const sources: Tensor[][] = this.networks.map(() => []);
    for (const { stages, fusions } of this.#order) {
      for (const { network, stage } of stages) {
        const { backbone } = this.networks[network]!;
        sources[network]!.push(backbone.stage(context, stage, features[network]!));
      }
      for (const { network, stage } of fusions) {
        const own = sources[network]![stage]!;
        features[network] = this.fused ? this.#fuse(context, network, stage, own, sources, gates) : own;
      }
    }
    const outputs = Object.fromEntries(
      this.networks.map(({ task, backbone }, n) => [task.id, backbone.head(context, features[n]!)]),
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
    return fuse(context, this.fusionPrefix(network, stage), own, features, slice);
  }

  #fusionParameters(): ParameterDeclaration[] {
    return this.networks.flatMap(({ backbone }, network) =>
      backbone.stages.flatMap(({ channels }, stage) =>
        declareFusion(
          this.fusionPrefix(network, stage),
          channels,
          fusionSources(this.edges, network, stage).map(({ sourceChannels }) => sourceChannels),
          this.fusion.init,
        ),
      ),
    );
  }
}
