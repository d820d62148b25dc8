import { randomStream } from '@taskweave/common';
import { float32, type HostTensors } from '@taskweave/engine';
import { runSpecSchema, type RunPlan } from '@taskweave/spec';
import { buildNetworks, buildSupernet } from '@taskweave/supernet';
import { expect, it } from 'vitest';
import { EvaluatorCore } from './evaluator-core.js';

type ImageShape = RunPlan['imageShape'];

/** Two networks of dense tasks, planned for images of a size. */
function planFor(imageShape: ImageShape): RunPlan {
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

const numbers = (name: string, shape: readonly number[]) => {
  const { uniform } = randomStream(1, name);
  const size = shape.reduce((product, extent) => product * extent, 1);
  return float32(
    shape,
    Float32Array.from({ length: size }, (_, i) => uniform(i)),
  );
};

function batch([height, width, channels]: ImageShape): HostTensors {
  const classes = Int32Array.from({ length: 2 * height * width }, (_, i) => (i % 7 === 6 ? 255 : i % 5));
  return {
    image: numbers('image', [2, height, width, channels]),
    'label/classes': { dtype: 'int32', shape: [2, height, width], data: classes },
    'label/normals': numbers('normals', [2, height, width, 3]),
  };
}

it('scores images larger than those trained on, as the same network planned for them would', async () => {
  const [crop, whole]: ImageShape[] = [
    [33, 33, 3],
    [40, 52, 3],
  ];
  const supernet = buildSupernet(planFor(crop!));
  const { parameters, edges } = supernet.withEdges(supernet.edges.slice(0, 3));
  const network = {
    parameters: Object.fromEntries(parameters.map(({ name, shape }) => [name, numbers(name, shape)])),
    edges: edges.map(({ id }) => id),
  };
  const scores = async (plan: RunPlan, ...shapes: ImageShape[]) => {
    const core = new EvaluatorCore();
    await core.open(JSON.stringify(plan), network);
    for (const shape of shapes) await core.add(batch(shape));
    return core.scores();
  };
  const expected = await scores(planFor(whole!), whole!);
  expect(expected.map(({ value }) => Number.isFinite(value))).toEqual([true, true]);
  expect(await scores(planFor(crop!), whole!)).toEqual(expected);
  expect(await scores(planFor(crop!), crop!, whole!)).toMatchObject([{ examples: 4 }, { examples: 4 }]);
});
