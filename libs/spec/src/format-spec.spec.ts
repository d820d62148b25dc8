import { expect, it } from 'vitest';
import { formatSpecYaml } from './format-spec.js';
import { PRESETS } from './presets/index.js';
import { parseSpecYaml, resolveSpec } from './resolve-spec.js';
import { testPlugins } from './test-plugins.js';

it.each(PRESETS)('writes preset $name so that it reads back the same', ({ name }) => {
  const spec = resolveSpec({ preset: name }, testPlugins);
  expect(parseSpecYaml(formatSpecYaml(spec), 'spec.yaml', testPlugins)).toEqual(spec);
});
