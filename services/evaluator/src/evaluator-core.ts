import {
  float32,
  openEngine,
  type Engine,
  type EngineState,
  type Executable,
  type HostTensors,
} from '@taskweave/engine';
import { parseRunPlan, type RunPlan } from '@taskweave/spec';
import { Supernet, buildSupernet, inference, labelName, outputName, readLosses } from '@taskweave/supernet';
import { taskKinds, type StreamingMetric } from '@taskweave/tasks';
import type { ExamplePictures } from '@taskweave/contracts';
import { copyExample, drawExamples, type ScoredExample } from './example-pictures.js';
import { SpreadSample } from './spread-sample.js';

/** A network to score: the supernet under gates, or a discrete network with some of the edges only. */
export interface NetworkToScore {
  readonly parameters: HostTensors;
  /** Soft gates, one per candidate edge; absent for a discrete network. */
  readonly gates?: readonly number[];
  /** Ids of the edges that a discrete network has. */
  readonly edges?: readonly string[];
}

export interface TaskScore {
  readonly task: string;
  readonly metric: string;
  readonly value: number;
  /** Mean over examples. */
  readonly loss: number;
  readonly examples: number;
  /** Further figures of the metric. */
  readonly details: readonly { readonly name: string; readonly value: number }[];
}

interface Session {
  readonly plan: RunPlan;
  readonly supernet: Supernet;
  readonly edges: readonly string[] | undefined;
  readonly state: EngineState;
  readonly gates: readonly number[] | undefined;
  readonly programs: Map<string, Promise<Executable>>;
  readonly metrics: Map<string, StreamingMetric>;
  readonly lossSums: Map<string, number>;
  /** Examples to draw. */
  readonly drawn: SpreadSample<ScoredExample>;
  examples: number;
}

/** The tensor side of an evaluation; lives in the worker thread. */
export class EvaluatorCore {
  #engine: { readonly key: string; readonly engine: Promise<Engine> } | undefined;
  #session: Session | undefined;

  /**
   * Makes a network ready; ends the evaluation before.
   *
   * @param pictures how many examples are to be drawn, see {@link pictures}
   */
  async open(planJson: string, { parameters, gates, edges }: NetworkToScore, pictures = 0): Promise<void> {
    await this.#endSession();
    const plan = parseRunPlan(planJson);
    const supernet = networkOf(plan, edges);
    const engine = await this.#openEngine(plan);
    this.#session = {
      plan,
      supernet,
      edges,
      state: engine.createState(parameters),
      gates: supernet.edges.length > 0 ? gates : undefined,
      programs: new Map(),
      metrics: new Map(plan.tasks.map((task) => [task.id, taskKinds[task.kind].metric(task)])),
      lossSums: new Map(),
      drawn: new SpreadSample(pictures),
      examples: 0,
    };
  }

  /** Runs a batch through the network and adds to the scores. */
  async add(batch: HostTensors): Promise<void> {
    const session = this.#open();
    const { supernet, gates, metrics, lossSums } = session;
    const [examples, ...imageShape] = batch['image']!.shape as [number, number, number, number];
    const program = await this.#program(examples, imageShape);
    const outputs = await program.run({
      ...batch,
      ...(gates !== undefined && { gates: float32([gates.length], gates) }),
    });
    for (const [task, metric] of metrics) metric.add(outputs[outputName(task)]!, batch[labelName(task)]!);
    for (const [task, loss] of Object.entries(readLosses(supernet, outputs))) {
      lossSums.set(task, (lossSums.get(task) ?? 0) + loss * examples);
    }
    for (let i = 0; i < examples; i++) {
      session.drawn.offer(() => copyExample({ ...batch, ...outputs }, i, examples));
    }
    session.examples += examples;
  }

  /** Scores of all tasks over the batches added, in the order of the plan. */
  scores(): Promise<TaskScore[]> {
    const { metrics, lossSums, examples } = this.#open();
    const scores = [...metrics].map(([task, metric]) => {
      const { name, value } = metric.result();
      const details = metric.details().map((figure) => ({ name: figure.name, value: figure.value }));
      return { task, metric: name, value, loss: (lossSums.get(task) ?? NaN) / examples, examples, details };
    });
    return Promise.resolve(scores);
  }

  /** Pictures of as many examples as were asked for, spread over those added. */
  pictures(): Promise<ExamplePictures[]> {
    const { drawn, plan } = this.#open();
    return Promise.resolve(drawExamples(drawn.items, plan.tasks));
  }

  async #endSession(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    for (const program of session?.programs.values() ?? []) await (await program).dispose();
  }

  /** One engine serves all evaluations with the same settings. */
  async #openEngine({ spec }: RunPlan): Promise<Engine> {
    const key = JSON.stringify(spec.engine);
    if (this.#engine?.key !== key) {
      await (await this.#engine?.engine)?.dispose();
      this.#engine = { key, engine: openEngine(spec.engine) };
    }
    return this.#engine.engine;
  }

  #open(): Session {
    if (this.#session === undefined) throw new Error('no evaluation is open');
    return this.#session;
  }

  /** Images to score may be larger than those trained on, so every shape of a batch has a program of its own. */
  async #program(batchSize: number, imageShape: RunPlan['imageShape']): Promise<Executable> {
    const { plan, edges, state, gates, programs } = this.#open();
    const key = [batchSize, ...imageShape].join('x');
    const known = programs.get(key);
    if (known !== undefined) return known;
    const supernet = networkOf({ ...plan, imageShape }, edges);
    const program = inference(supernet, imageShape, batchSize, { gated: gates !== undefined });
    const compiled = (await this.#openEngine(plan)).compile(program, state);
    programs.set(key, compiled);
    return compiled;
  }
}

/** The network of a plan, with some of its edges only if they are given. */
function networkOf(plan: RunPlan, edges: readonly string[] | undefined): Supernet {
  const full = buildSupernet(plan);
  return edges === undefined ? full : full.withEdges(full.edges.filter(({ id }) => edges.includes(id)));
}
