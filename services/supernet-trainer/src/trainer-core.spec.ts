import { describe, expect, it } from 'vitest';
import { randomStream } from '@taskweave/common';
import { float32, int32, type HostTensors } from '@taskweave/engine';
import { runSpecSchema, type RunPlan, type TaskDeclaration } from '@taskweave/spec';
import { buildNetworks, labelName } from '@taskweave/supernet';
import { TrainerCore, type Losses, type TrainingTensors } from './trainer-core.js';

const IMAGE = [16, 16, 3] as const;
const BATCH = 2;
const CLASSES = 4;

const tasks: TaskDeclaration[] = [
  { id: 'segmentation', kind: 'segmentation', outputs: CLASSES },
  { id: 'normals', kind: 'surface-normals', outputs: 3 },
];

/** Segmentation and surface normals on two narrow VGG-16 with dropout: no data set has them yet. */
function pixelPlan(): RunPlan {
  const backbone = { id: 'vgg16-deeplab-lfov', options: { width: 1 / 32 } };
  const spec = runSpecSchema.parse({
    steps: 2,
    data: { batchSize: BATCH },
    tasks: tasks.map(({ id }) => ({ id, backbone })),
  });
  const imageShape = [...IMAGE] as [number, number, number];
  const networks = buildNetworks({ spec, tasks, imageShape }).map(({ task, backbone: { stages } }) => ({
    task: task.id,
    stages: [...stages],
  }));
  return { spec, method: 'search', networks, tasks, imageShape };
}

/** Noise, another one for every stream. */
function batchOf(stream: string): HostTensors {
  const { normal, uniform } = randomStream(11, stream);
  const pixels = BATCH * IMAGE[0] * IMAGE[1];
  const noise = () =>
    float32(
      [BATCH, ...IMAGE],
      Array.from({ length: 3 * pixels }, (_, i) => normal(i)),
    );
  return {
    image: noise(),
    [labelName('segmentation')]: int32(
      [BATCH, IMAGE[0], IMAGE[1]],
      Array.from({ length: pixels }, (_, i) => Math.floor(CLASSES * uniform(i))),
    ),
    [labelName('normals')]: noise(),
  };
}

const plan = pixelPlan();
const WHOLE = { index: 0, count: 1 };

/** Trains from a step to the end; what is stored after each, and the losses of each pass. */
async function train(begin: number, from?: TrainingTensors) {
  const core = new TrainerCore();
  const { edges } = await core.open(JSON.stringify(plan), from, WHOLE);
  const gates = Array.from({ length: edges }, (_, edge) => (edge + 1) / edges);
  const stored: TrainingTensors[] = [];
  const losses: Losses[] = [];
  for (let step = begin; step < plan.spec.steps; step++) {
    losses.push((await core.architectureStep(batchOf(`architecture-${step}`), gates, step, WHOLE)).losses);
    losses.push((await core.weightStep(batchOf(`weights-${step}`), gates, step, WHOLE)).losses);
    stored.push(await core.tensors());
  }
  // This pass moves running statistics only, which training does not read: its loss differs by what is dropped.
  const dropped = async (step: number) =>
    (await core.architectureStep(batchOf('architecture'), gates, step, WHOLE)).losses;
  const others = [await dropped(0), await dropped(0), await dropped(1)] as const;
  await core.close();
  return { stored, losses, others };
}

describe('training networks with dropout', () => {
  it('drops other elements in every step, and gives the same bits again and when continued', async () => {
    const whole = await train(0);
    expect(whole.losses.flatMap(Object.values).every(Number.isFinite)).toBe(true);
    const [one, again, other] = whole.others;
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(await train(0)).toEqual(whole);
    const resumed = await train(1, whole.stored[0]);
    expect(resumed.stored).toEqual(whole.stored.slice(1));
    expect(resumed.losses).toEqual(whole.losses.slice(2));
  });
});
