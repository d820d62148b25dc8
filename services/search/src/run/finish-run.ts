import { readCheckpoint } from '@taskweave/checkpoints';
import { drawArchitectureSvg, type ArchitectureDrawing, type DrawnEdge } from '@taskweave/diagram';
import {
  baselineKey,
  type BaselineKey,
  type InitialWeightsRecord,
  type RunFolder,
  type RunResult,
  type Scores,
  toJsonText,
  writeFileAtomically,
} from '@taskweave/runs';
import type { NetworkDeclaration } from '@taskweave/search-space';
import type { BaselineMethod, RunPlan } from '@taskweave/spec';
import { buildSupernet, networkCost, type NetworkCost } from '@taskweave/supernet';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeDirections, meanEntropy } from './architecture.js';
import { exportModel } from './model.js';
import { describeScores } from './score-text.js';
import { evaluate } from './evaluate.js';
import type { ServiceGroup } from './services.js';
import type { FinishedTraining } from './training.js';

export interface RunToFinish {
  run: string;
  plan: RunPlan;
  initialWeights: InitialWeightsRecord | undefined;
  folder: RunFolder;
  search: FinishedTraining;
  /** The edges, decided. */
  edges: readonly DrawnEdge[];
  baselines: readonly FinishedBaseline[];
}

/** A baseline with all its steps done. */
export interface FinishedBaseline {
  method: BaselineMethod;
  plan: RunPlan;
  /** Folder of the last checkpoint. */
  checkpoint: string;
}

/** Turns finished trainings into the run's model, drawing and result. Doing it again gives the same files. */
export async function finishRun(
  { run, plan, initialWeights, folder, search, edges, baselines }: RunToFinish,
  services: ServiceGroup,
  signal: AbortSignal,
): Promise<RunResult> {
  const checkpoint = await readCheckpoint(search.checkpoint);
  const metrics = search.history.evaluation(plan.spec.steps)?.scores.discrete ?? {};
  const discrete = await exportModel(folder.model, { run, plan, checkpoint, edges, metrics });
  const searched = plan.method === 'search';

  const onTest = { run, plan, split: 'test' } as const;
  const ofCheckpoint = (value: string) => ({ $case: 'checkpoint', value }) as const;
  const soft =
    searched &&
    (await evaluate(
      services,
      { ...onTest, source: ofCheckpoint(search.checkpoint), networks: ['soft'] },
      signal,
    ));
  const exported = await evaluate(
    services,
    { ...onTest, source: { $case: 'model', value: folder.model }, networks: ['discrete'] },
    signal,
  );
  const baselineScores: { [Key in BaselineKey]?: Scores } = {};
  const baselineCosts: { [Key in BaselineKey]?: NetworkCost } = {};
  for (const baseline of baselines) {
    const request = {
      ...onTest,
      plan: baseline.plan,
      source: ofCheckpoint(baseline.checkpoint),
      networks: ['discrete'],
    } as const;
    const key = baselineKey(baseline.method);
    baselineScores[key] = (await evaluate(services, request, signal)).discrete;
    baselineCosts[key] = networkCost(buildSupernet(baseline.plan));
  }

  const seconds = search.history.seconds;
  const result: RunResult = {
    format: 'taskweave-result',
    version: 1,
    run,
    method: plan.method,
    spec: plan.spec,
    seed: plan.spec.seed,
    engine: plan.spec.engine,
    steps: plan.spec.steps,
    ...(initialWeights !== undefined && { initialWeights }),
    edges: describeDirections(plan, edges),
    test: { ...(soft && { soft: soft.soft }), discrete: exported.discrete, ...baselineScores },
    ...(searched && { meanGateEntropy: meanEntropy(edges) }),
    cost: {
      ...(searched && { supernet: networkCost(buildSupernet(plan)) }),
      discrete: networkCost(discrete.network),
      singleTask: networkCost(buildSupernet({ ...plan, method: 'single-task' })),
      ...baselineCosts,
    },
    stepsPerSecond: search.history.steps / seconds,
    seconds,
  };
  // Counting and drawing take some milliseconds each.
  await nextTurn();
  const drawing = drawingOf(run, plan, edges, exported.discrete);
  await writeFileAtomically(folder.drawing, drawArchitectureSvg(drawing));
  await writeFileAtomically(folder.result, toJsonText(result));
  return result;
}

/** What the drawings of a run show. */
export function drawingOf(
  run: string,
  plan: RunPlan,
  edges: readonly DrawnEdge[],
  scores: Scores,
): ArchitectureDrawing {
  const { method } = plan;
  return {
    title: run,
    networks: drawnNetworks(plan),
    edges,
    metrics: [`test, ${method === 'search' ? 'discrete network' : method}: ${describeScores(scores)}`],
  };
}

/** One network per task, or the trunk that all of them share. */
function drawnNetworks({ method, networks }: RunPlan): readonly NetworkDeclaration[] {
  if (method !== 'shared-trunk') return networks;
  return [{ task: networks.map(({ task }) => task).join(' + '), stages: networks[0]!.stages }];
}
