import { PRESETS, resolveSpec } from '@taskweave/spec';
import { expect, it } from 'vitest';
import { plugins } from './plugins.js';

it.each(PRESETS)('preset $name is a complete spec with the real plug-ins', ({ name }) => {
  const spec = resolveSpec({ preset: name }, plugins);
  expect(plugins.taskIds(spec.data.set)).toEqual(expect.arrayContaining(spec.tasks.map(({ id }) => id)));
});
