import { randomStream } from '@taskweave/common';
import { float32, int32, openEngine, type HostTensor, type HostTensors } from '@taskweave/engine';
import { runSpecSchema, type RunPlan, type TaskDeclaration } from '@taskweave/spec';
import {
  buildNetworks,
  buildSupernet,
  inference,
  labelName,
  outputName,
  readLosses,
} from '@taskweave/supernet';
import { taskKinds } from '@taskweave/tasks';
import { expect, it } from 'vitest';
import { EvaluatorCore } from './evaluator-core.js';

type ImageShape = RunPlan['imageShape'];

const IMAGE = [12, 12, 3] as const;
const BATCH = 2;
/** One task of each kind. */
const TASKS: readonly TaskDeclaration[] = [
  { id: 'scene', kind: 'classification', outputs: 4 },
  { id: 'things', kind: 'soft-classification', outputs: 7 },
  { id: 'parts', kind: 'segmentation', outputs: 3 },
  { id: 'normals', kind: 'surface-normals', outputs: 3 },
  { id: 'far', kind: 'depth', outputs: 1 },
];

function planOfAllKinds(): RunPlan {
  const backbone = { id: 'vgg-mini', options: { channels: [[3], [4]], hidden: 6 } };
  const spec = runSpecSchema.parse({
    data: { batchSize: BATCH },
    engine: { threads: 1 },
    tasks: TASKS.map(({ id }) => ({ id, backbone })),
  });
  const networks = buildNetworks({ spec, tasks: TASKS, imageShape: IMAGE });
  return {
    spec,
    method: 'single-task',
    networks: networks.map(({ task, backbone: { stages } }) => ({ task: task.id, stages })),
    tasks: TASKS,
    imageShape: IMAGE,
  };
}

/** Numbers around 0, another set for every name. */
function noise(name: string, shape: readonly number[], of = (x: number): number => x): HostTensor {
  const { normal } = randomStream(5, name);
  const size = shape.reduce((product, side) => product * side, 1);
  return float32(
    shape,
    Float32Array.from({ length: size }, (_, i) => of(normal(i))),
  );
}

/** Numbers from 0 to 1, another set for every name. */
function uniforms(name: string, shape: readonly number[]): HostTensor {
  const { uniform } = randomStream(1, name);
  const size = shape.reduce((product, side) => product * side, 1);
  return float32(
    shape,
    Float32Array.from({ length: size }, (_, i) => uniform(i)),
  );
}

function batchOf(number: number): HostTensors {
  const batch: HostTensors = { image: noise(`image-${number}`, [BATCH, ...IMAGE]) };
  for (const task of TASKS) {
    const { dtype, shape } = taskKinds[task.kind].label(task, BATCH, IMAGE);
    const values = noise(`${task.id}-${number}`, shape, Math.abs);
    batch[labelName(task.id)] =
      dtype === 'int32'
        ? int32(
            shape,
            Int32Array.from(values.data, (x) => Math.floor(x * 9) % task.outputs),
          )
        : values;
  }
  return batch;
}

it('scores every kind of task by its metric, with the further figures of it', async () => {
  const plan = planOfAllKinds();
  const supernet = buildSupernet(plan);
  const parameters: HostTensors = Object.fromEntries(
    supernet.parameters.map(({ name, shape }) => [
      name,
      noise(name, shape, (x) => (name.endsWith('/variance') ? Math.exp(x) : x / 2)),
    ]),
  );
  const batches = [batchOf(0), batchOf(1)];
  const core = new EvaluatorCore();
  await core.open(JSON.stringify(plan), { parameters });
  for (const batch of batches) await core.add(batch);
  const scores = await core.scores();

  const engine = await openEngine({ id: 'cpu', threads: 1 });
  const program = await engine.compile(
    inference(supernet, IMAGE, BATCH, { gated: false }),
    engine.createState(parameters),
  );
  const oracle = [await program.run(batches[0]!), await program.run(batches[1]!)];
  await engine.dispose();
  expect(scores.map(({ task }) => task)).toEqual(TASKS.map(({ id }) => id));
  for (const [i, task] of TASKS.entries()) {
    const metric = taskKinds[task.kind].metric(task);
    oracle.forEach((outputs, b) =>
      metric.add(outputs[outputName(task.id)]!, batches[b]![labelName(task.id)]!),
    );
    const { name, value } = metric.result();
    expect(scores[i]).toMatchObject({ metric: name, examples: 2 * BATCH });
    expect(scores[i]!.value).toBeCloseTo(value, 3);
    const losses = oracle.map((outputs) => readLosses(supernet, outputs)[task.id]!);
    expect(scores[i]!.loss).toBeCloseTo((losses[0]! + losses[1]!) / 2, 4);
    const details = metric.details();
    expect(scores[i]!.details.map((figure) => figure.name)).toEqual(details.map((figure) => figure.name));
    details.forEach((figure, j) => expect(scores[i]!.details[j]!.value).toBeCloseTo(figure.value, 1));
  }
  expect(scores[2]!.details[1]!.name).toBe('pixel accuracy');
});

/** Two networks of dense tasks, planned for images of a size. */
function densePlan(imageShape: ImageShape): RunPlan {
  const backbone = { id: 'vgg16-deeplab-lfov', options: { width: 0.03 } };
  const spec = runSpecSchema.parse({
    engine: { threads: 1 },
    tasks: [
      { id: 'classes', backbone },
      { id: 'normals', backbone },
    ],
  });
  const tasks = [
    { id: 'classes', kind: 'segmentation', outputs: 5 },
    { id: 'normals', kind: 'surface-normals', outputs: 3 },
  ] as const;
  const networks = buildNetworks({ spec, tasks, imageShape }).map(({ task, backbone: { stages } }) => ({
    task: task.id,
    stages,
  }));
  return { spec, method: 'search', networks, tasks, imageShape };
}

function denseBatch([height, width, channels]: ImageShape): HostTensors {
  const classes = Int32Array.from({ length: 2 * height * width }, (_, i) => (i % 7 === 6 ? 255 : i % 5));
  return {
    image: uniforms('image', [2, height, width, channels]),
    'label/classes': { dtype: 'int32', shape: [2, height, width], data: classes },
    'label/normals': uniforms('normals', [2, height, width, 3]),
  };
}

it('scores images larger than those trained on, as the same network planned for them would', async () => {
  const [crop, whole]: ImageShape[] = [
    [33, 33, 3],
    [40, 52, 3],
  ];
  const supernet = buildSupernet(densePlan(crop!));
  const { parameters, edges } = supernet.withEdges(supernet.edges.slice(0, 3));
  const network = {
    parameters: Object.fromEntries(parameters.map(({ name, shape }) => [name, uniforms(name, shape)])),
    edges: edges.map(({ id }) => id),
  };
  const scores = async (plan: RunPlan, ...shapes: ImageShape[]) => {
    const core = new EvaluatorCore();
    await core.open(JSON.stringify(plan), network);
    for (const shape of shapes) await core.add(denseBatch(shape));
    return core.scores();
  };
  const expected = await scores(densePlan(whole!), whole!);
  expect(expected.map(({ value }) => Number.isFinite(value))).toEqual([true, true]);
  expect(await scores(densePlan(crop!), whole!)).toEqual(expected);
  expect(await scores(densePlan(crop!), crop!, whole!)).toMatchObject([{ examples: 4 }, { examples: 4 }]);
});
