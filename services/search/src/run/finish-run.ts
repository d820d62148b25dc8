import { readCheckpoint } from '@taskweave/checkpoints';
import { drawArchitectureSvg, type ArchitectureDrawing, type DrawnEdge } from '@taskweave/diagram';
import type { RunPlan } from '@taskweave/spec';
import { buildSupernet, networkCost } from '@taskweave/supernet';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { decideEdges, describeDirections, meanEntropy } from './architecture.js';
import { toJsonText, writeFileAtomically } from './files.js';
import { exportModel } from './model.js';
import { singleTaskPlan } from './plan.js';
import type { RunResult } from './result.js';
import type { RunFolder } from './run-folder.js';
import { describeScores } from './score-text.js';
import { evaluate, type Scores } from './scores.js';
import type { ServiceGroup } from './services.js';
import type { FinishedTraining } from './training.js';

export interface RunToFinish {
  run: string;
  plan: RunPlan;
  folder: RunFolder;
  search: FinishedTraining;
  /** The single-task networks, if they were trained. */
  singleTask?: FinishedTraining | undefined;
}

/** Turns finished trainings into the run's model, drawing and result. Doing it again gives the same files. */
export async function finishRun(
  { run, plan, folder, search, singleTask }: RunToFinish,
  services: ServiceGroup,
  signal: AbortSignal,
): Promise<RunResult> {
  const checkpoint = await readCheckpoint(search.checkpoint);
  const edges = decideEdges(plan, checkpoint);
  const metrics = search.history.evaluation(plan.spec.steps)?.scores.discrete ?? {};
  const discrete = await exportModel(folder.model, { run, plan, checkpoint, edges, metrics });

  const onTest = { run, split: 'test' } as const;
  const soft = await evaluate(
    services,
    { ...onTest, plan, source: { $case: 'checkpoint', value: search.checkpoint }, networks: ['soft'] },
    signal,
  );
  const exported = await evaluate(
    services,
    { ...onTest, plan, source: { $case: 'model', value: folder.model }, networks: ['discrete'] },
    signal,
  );
  const alone = singleTaskPlan(plan);
  const baseline =
    singleTask &&
    (await evaluate(
      services,
      {
        ...onTest,
        plan: alone,
        source: { $case: 'checkpoint', value: singleTask.checkpoint },
        networks: ['discrete'],
      },
      signal,
    ));

  const seconds = search.history.steps.reduce((sum, step) => sum + step.seconds, 0);
  const result: RunResult = {
    format: 'taskweave-result',
    version: 1,
    run,
    spec: plan.spec,
    seed: plan.spec.seed,
    engine: plan.spec.engine,
    steps: plan.spec.steps,
    edges: describeDirections(plan, edges),
    test: {
      soft: soft.soft,
      discrete: exported.discrete,
      ...(baseline && { singleTask: baseline.discrete }),
    },
    meanGateEntropy: meanEntropy(edges),
    cost: {
      supernet: networkCost(buildSupernet(plan)),
      discrete: networkCost(discrete.network),
      singleTask: networkCost(buildSupernet(alone)),
    },
    stepsPerSecond: search.history.steps.length / seconds,
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
  return {
    title: run,
    networks: plan.networks,
    edges,
    metrics: [`test, discrete network: ${describeScores(scores)}`],
  };
}
