import { TaskweaveError } from '@taskweave/common';
import { findDataSet, type InputScale } from '@taskweave/datasets';
import type { RunSpec } from '@taskweave/spec';
import { CODE_VERSION } from '../run/code-version.js';
import type { FinishedNetwork } from './finished-network.js';

/** What goes with an exported network: JSON by key, but for the run's name and the version. */
export async function describeNetwork(finished: FinishedNetwork): Promise<Record<string, string>> {
  const { run, plan, step, network, metrics } = finished;
  const { spec, tasks, imageShape } = plan;
  const normalisation = await inputScale(spec.data);
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

/** How the data set scales images; undefined where that is in a file of it that is not on this machine. */
async function inputScale({ set, options }: RunSpec['data']): Promise<InputScale | undefined> {
  try {
    return await findDataSet(set).inputScale(options);
  } catch (thrown) {
    if (TaskweaveError.from(thrown).code === 'FILE_MISSING') return undefined;
    throw thrown;
  }
}
