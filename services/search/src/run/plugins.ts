import { backbones } from '@taskweave/backbones';
import { DATA_SETS, findDataSet } from '@taskweave/datasets';
import type { SpecPlugins } from '@taskweave/spec';
import { strategies } from '@taskweave/strategies';

/** Every plug-in that a spec may name. */
export const plugins: SpecPlugins = {
  strategies,
  dataSets: Object.fromEntries(DATA_SETS.map((dataSet) => [dataSet.id, dataSet])),
  backbones,
  taskIds: (id) => findDataSet(id).tasks?.map((task) => task.id),
};
