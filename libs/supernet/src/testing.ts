/** Small supernets for tests, with parameters that look trained and batches of noise. */
import { initialValues, type ImageShape } from '@taskweave/backbones';
import { randomStream } from '@taskweave/common';
import { float32, int32, type HostTensors } from '@taskweave/engine';
import { normal } from '@taskweave/engine/testing';
import { runSpecSchema, type Method, type RunSpec, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet } from './build-supernet.js';
import { initialSlots } from './optimizer/sgd.js';
import { labelName } from './programs/batch.js';
import type { Supernet } from './supernet.js';

export const IMAGE: ImageShape = [12, 12, 1];
export const BATCH = 4;
const CLASSES = 5;

export interface TinyOptions {
  tasks?: number;
  method?: Method;
  channels?: number[][];
  space?: Partial<RunSpec['space']>;
  /** Channels of the stages of single tasks, in place of `channels`. */
  channelsOf?: Record<string, number[][]>;
}

/** Three stages for every task: 4 candidate edges for each ordered pair of tasks. At most 5 tasks. */
export function tinySupernet({
  tasks: count = 2,
  method = 'search',
  channels = [[3], [4, 4]],
  space = { rule: 'same-block', depthLimit: 3 },
  channelsOf = {},
}: TinyOptions = {}): Supernet {
  const ids = ['left', 'right', 'third', 'fourth', 'fifth'].slice(0, count);
  const spec = runSpecSchema.parse({
    method,
    tasks: ids.map((id, i) => ({
      id,
      lossWeight: 1 + i,
      backbone: { options: { channels: channelsOf[id] ?? channels, hidden: 6 } },
    })),
    space,
  });
  const tasks = ids.map((id): TaskDeclaration => ({ id, kind: 'classification', outputs: CLASSES }));
  return buildSupernet({ spec, method, tasks, imageShape: IMAGE });
}

const ACROSS = { rule: 'cross-block', depthLimit: 3 } as const;

/** Supernets of 2 to 5 tasks, of one and of other structures: what steps and extraction are tested on. */
export const TINY_SUPERNETS: readonly (readonly [name: string, options: TinyOptions])[] = [
  ['two tasks', { tasks: 2 }],
  ['three tasks', { tasks: 3 }],
  ['four tasks', { tasks: 4, channels: [[2], [2, 2]] }],
  ['five tasks', { tasks: 5, channels: [[2], [3]] }],
  ['two tasks with edges across blocks', { space: ACROSS }],
  ['two networks whose blocks are of other depths', { channelsOf: { right: [[3, 3], [4]] } }],
  [
    'three networks of other depths and channels, with edges across blocks',
    { tasks: 3, space: ACROSS, channelsOf: { right: [[2, 5], [6]], third: [[3], [4], [5, 5]] } },
  ],
];

/** Parameters away from where training starts, running variances positive. */
export function trainedParameters({ parameters }: Supernet): HostTensors {
  const values = initialValues(parameters, 3);
  for (const { name, shape } of parameters) {
    const noise = normal(`trained/${name}`, shape, 0.25);
    const start = values[name]!.data;
    const isVariance = name.endsWith('/variance');
    values[name] = float32(
      shape,
      Float32Array.from(noise.data, (x, i) => (isVariance ? Math.exp(x) : start[i]! + x)),
    );
  }
  return values;
}

/** {@link trainedParameters} and momentum slots that are not 0. */
export function trainedState(supernet: Supernet): HostTensors {
  const slots = Object.entries(initialSlots(supernet.parameters));
  const moving = slots.map(([name, { shape }]) => [name, normal(name, shape, 0.01)] as const);
  return { ...trainedParameters(supernet), ...Object.fromEntries(moving) };
}

/** A batch of noise, with gates in (0, 1) for networks that take them. */
export function randomInputs({ networks, gateCount }: Supernet): HostTensors {
  const uniform = randomStream(5, 'inputs').uniform;
  const labels = networks.map(({ task }, n) => [
    labelName(task.id),
    int32(
      [BATCH],
      Array.from({ length: BATCH }, (_, i) => Math.floor(CLASSES * uniform(n * BATCH + i))),
    ),
  ]);
  return {
    image: normal('image', [BATCH, ...IMAGE]),
    ...(Object.fromEntries(labels) as HostTensors),
    ...(gateCount > 0 && {
      gates: float32(
        [gateCount],
        Array.from({ length: gateCount }, (_, e) => uniform(1000 + e)),
      ),
    }),
  };
}
