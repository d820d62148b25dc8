import { findDataSet } from '@taskweave/datasets';
import { PRESETS, resolveSpec } from '@taskweave/spec';
import { expect, it } from 'vitest';
import { plugins } from './plugins.js';

it.each(PRESETS)('preset $name is a complete spec with the real plug-ins', async ({ name }) => {
  const spec = resolveSpec({ preset: name }, plugins);
  const { set, options } = spec.data;
  // Data sets whose tasks follow from their options tell them when they are opened.
  const known = plugins.taskIds(set) ?? (await findDataSet(set).open(options)).tasks.map(({ id }) => id);
  expect(known).toEqual(expect.arrayContaining(spec.tasks.map(({ id }) => id)));
});
