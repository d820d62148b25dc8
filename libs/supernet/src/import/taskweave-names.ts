import type { WeightFormat } from './weight-format.js';

/** Our own names, `<task>/<layer>/...`, as in the weights of a checkpoint: one tensor for each parameter. */
export const taskweaveNames: WeightFormat = {
  id: 'taskweave',
  complete: true,
  recognises: (names) => [...names].some((name) => name.endsWith('/bn/gamma')),
  ignores: () => false,
  isOutside: (name, { task, fusion }) =>
    (task !== undefined && !name.startsWith(`${task}/`)) || (!fusion && /^[^/]+\/fusion\//.test(name)),
  parameters: ({ parameters }) => parameters.map(({ name }) => ({ parameter: name, from: name })),
};
