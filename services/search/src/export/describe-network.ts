import { DATA_SETS } from '@taskweave/datasets';
import { CODE_VERSION } from '../run/code-version.js';
import type { FinishedNetwork } from './finished-network.js';

/** What goes with an exported network: JSON by key, but for the run's name and the version. */
export function describeNetwork(finished: FinishedNetwork): Record<string, string> {
  const { run, plan, step, network, metrics } = finished;
  const { spec, tasks, imageShape } = plan;
  const normalisation = DATA_SETS.find(({ id }) => id === spec.data.set)?.normalisation;
  const described = {
    step,
    spec,
    tasks,
    edges: network.edges.map(({ id }) => id),
    metrics,
    image: {
      name: 'image',
      layout: 'NHWC',
      shape: imageShape,
      dataSet: spec.data.set,
      // (pixel 0..255 - mean) / deviation
      ...(normalisation !== undefined && { normalisation }),
    },
  };
  const json = Object.entries(described).map(([key, value]) => [key, JSON.stringify(value)] as const);
  return { run, version: CODE_VERSION, ...Object.fromEntries(json) };
}
