import type { Json } from '@taskweave/common';
import { dirname } from 'node:path';
import { isMap, valueAt } from './field-path.js';
import { resolvePaths } from './file-paths.js';
import { mergeTrees } from './merge-trees.js';
import { parseSpec } from './parse-spec.js';
import { parseYaml, type YamlTree } from './parse-yaml.js';
import type { SpecPlugins } from './plugins.js';
import { findPreset } from './presets/find-preset.js';
import { DEFAULT_PRESET } from './presets/index.js';
import type { RunSpec } from './run-spec.js';
import { applyAssignments } from './set-path.js';
import { invalidSpec, mismatch, type LocateField } from './spec-issue.js';

/** Where a spec's values come from; each overrides those before it. */
export interface SpecLayers {
  /** Name of a preset; `multi-mnist` unless given. */
  preset?: string | undefined;
  /** A YAML file's name (for messages) and text. */
  file?: { name: string; text: string } | undefined;
  /** `path=value`, as in `--set`. */
  assignments?: readonly string[] | undefined;
  seed?: number | undefined;
  steps?: number | undefined;
}

/**
 * The spec of a run: preset, then file, then assignments, then seed and steps.
 *
 * @throws TaskweaveError `CONFIG_INVALID` for anything wrong in any layer (see {@link parseSpec}); fields of the
 * file are told with line and column
 */
export function resolveSpec(layers: SpecLayers, plugins: SpecPlugins): RunSpec {
  const { preset = DEFAULT_PRESET, file, assignments = [], seed, steps } = layers;
  const base = findPreset(preset).tree;
  const yaml = file === undefined ? undefined : parseSpecFile(file.text, file.name);
  const merged = yaml === undefined ? base : mergeTrees(base, yaml.tree);
  const assigned = applyAssignments(merged, assignments);
  const top: Json = { ...(seed !== undefined && { seed }), ...(steps !== undefined && { steps }) };
  // What is still relative was assigned on the command line.
  const tree = resolvePaths(mergeTrees(assigned, top), '.');
  return parseSpec(tree, plugins, yaml && locateUnlessOverridden(yaml, tree));
}

/** Points into the file only for what the file, and not a later layer, has set or left out. */
function locateUnlessOverridden(yaml: YamlTree, tree: Json): LocateField {
  return (path) => {
    const [written, used] = [valueAt(yaml.tree, path), valueAt(tree, path)];
    return written === used || (isMap(written) && isMap(used)) ? yaml.locate(path) : undefined;
  };
}

/**
 * The spec in one YAML text, without a preset: keys it leaves out take the schema's defaults.
 *
 * @param fileName for messages
 * @throws TaskweaveError `CONFIG_INVALID`, with line and column
 */
export function parseSpecYaml(text: string, fileName: string, plugins: SpecPlugins): RunSpec {
  const { tree, locate } = parseSpecFile(text, fileName);
  return parseSpec(tree, plugins, locate);
}

/** A YAML text that must be a map; paths in it are made absolute. */
export function parseSpecFile(text: string, name: string): YamlTree {
  const yaml = parseYaml(text, name);
  if (isMap(yaml.tree)) return { ...yaml, tree: resolvePaths(yaml.tree as Json, dirname(name)) };
  const expected = 'a map such as "steps: 1200"';
  const found =
    yaml.tree === null ? `found an empty file, expected ${expected}` : mismatch(yaml.tree, expected);
  throw invalidSpec([{ path: [], text: `${found} (${name})` }]);
}
