import { TaskweaveError, type Json } from '@taskweave/common';
import { basename, dirname, extname } from 'node:path';
import { formatPath, type FieldPath } from '../field-path.js';
import { resolvePaths } from '../file-paths.js';
import { mergeTrees } from '../merge-trees.js';
import { didYouMean, listNames } from '../nearest.js';
import { checkSpec } from '../parse-spec.js';
import type { SpecPlugins } from '../plugins.js';
import { findPreset } from '../presets/find-preset.js';
import { DEFAULT_PRESET, PRESETS } from '../presets/index.js';
import { parseSpecFile } from '../resolve-spec.js';
import type { RunSpec } from '../run-spec.js';
import { check, invalidSpec, mismatch, type SpecIssue } from '../spec-issue.js';
import { readAxes, refuseRepeats } from './axes.js';
import { combinations, type Combination } from './combinations.js';
import { invalidCombinations } from './invalid-combinations.js';
import { sweepSchema, type SweepFile } from './sweep-file.js';

/** What a sweep compares: one combination of its axes, run with every seed. */
export interface SweepVariant {
  readonly name: string;
  /** Name of the variant by name of its axis. */
  readonly choices: Readonly<Record<string, string>>;
  /** With the first seed. */
  readonly spec: RunSpec;
}

/** One run of a sweep. */
export interface SweepRun {
  /** `<variant>-seed-<seed>`, the name of its folder. */
  readonly name: string;
  readonly variant: string;
  readonly seed: number;
  readonly spec: RunSpec;
}

/** A checked grid of runs. */
export interface Sweep {
  readonly name: string;
  readonly seeds: readonly number[];
  /** The variant that the others are compared with. */
  readonly baseline: string;
  readonly variants: readonly SweepVariant[];
  /** Seed by seed, so that all variants can be compared as soon as the first seed is done. */
  readonly runs: readonly SweepRun[];
}

/** A file's name and text. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The most runs of one sweep: far more than anybody waits for. */
const MOST_RUNS = 10_000;

/**
 * Reads a sweep file and checks the spec of every combination.
 *
 * @param readConfig the text of a config file that the sweep file names
 * @throws TaskweaveError `CONFIG_INVALID` for anything wrong with the file, with line and column, or with one of the
 *   combinations, with their names and the field; what `readConfig` throws
 */
export function parseSweep(
  file: NamedText,
  readConfig: (path: string) => NamedText,
  plugins: SpecPlugins,
): Sweep {
  const { tree, locate } = parseSpecFile(file.text, file.name);
  const refuse = (issues: readonly SpecIssue[]): TaskweaveError => invalidSpec(issues, locate, 'sweep');
  const checked = check(sweepSchema, tree, []);
  if (checked.value === undefined) throw refuse(checked.issues);
  const content = checked.value;
  const { axes, issues } = readAxes(content.axes);
  issues.push(...unknownPreset(content));
  refuseRepeats(content.seeds, ['seeds'], 'runs of every variant', issues);
  const size = axes.reduce((product, { variants }) => product * variants.length, content.seeds.length);
  if (size > MOST_RUNS)
    issues.push({ path: ['axes'], text: `found ${size} runs, expected at most ${MOST_RUNS}` });
  if (issues.length > 0) throw refuse(issues);

  const name = content.name ?? fileStem(file.name);
  const all = combinations(axes, name);
  const names = all.map((one) => one.name);
  refuseRepeats(names, ['axes'], 'combinations', issues);
  if (content.baseline !== undefined && !names.includes(content.baseline)) {
    const text =
      mismatch(content.baseline, `a combination: ${listNames(names)}`) + didYouMean(content.baseline, names);
    issues.push({ path: ['baseline'], text });
  }
  if (issues.length > 0) throw refuse(issues);

  const base = baseTree(content, readConfig);
  const variants = resolveVariants(all, base, content.seeds[0]!, plugins, file.name);
  const runs = content.seeds.flatMap((seed) =>
    variants.map(({ name: variant, spec }) => ({
      name: `${variant}-seed-${seed}`,
      variant,
      seed,
      spec: { ...spec, seed },
    })),
  );
  return { name, seeds: content.seeds, baseline: content.baseline ?? names[0]!, variants, runs };
}

function unknownPreset({ preset }: SweepFile): SpecIssue[] {
  const names = PRESETS.map((one) => one.name);
  if (preset === undefined || names.includes(preset)) return [];
  return [
    { path: ['preset'], text: mismatch(preset, `one of ${listNames(names)}`) + didYouMean(preset, names) },
  ];
}

/** `ablation` of `sweeps/ablation.yaml`, with characters that a folder's name should not have replaced. */
function fileStem(path: string): string {
  const stem = basename(path, extname(path)).replace(/[^A-Za-z0-9._-]+/g, '-');
  return stem.replace(/^[^A-Za-z0-9]+/, '').slice(0, 64) || 'sweep';
}

function baseTree(content: SweepFile, readConfig: (path: string) => NamedText): Json {
  const preset = findPreset(content.preset ?? DEFAULT_PRESET).tree;
  if (content.config === undefined) return mergeTrees(preset, content.spec as Json);
  const { name, text } = readConfig(content.config);
  return mergeTrees(mergeTrees(preset, parseSpecFile(text, name).tree), content.spec as Json);
}

/** The spec of every combination; what is wrong with them is told together, each thing once. */
function resolveVariants(
  all: readonly Combination[],
  base: Json,
  seed: number,
  plugins: SpecPlugins,
  fileName: string,
): SweepVariant[] {
  const faults = new Map<string, string[]>();
  const variants: SweepVariant[] = [];
  for (const { name, choices, variants: chosen } of all) {
    const blame = (path: FieldPath, text: string): void => {
      const line = path.length === 0 ? text : `${formatPath(path)}: ${text}`;
      faults.set(line, [...(faults.get(line) ?? []), name]);
    };
    try {
      const applied = chosen.reduce((tree, variant) => variant.apply(tree), base);
      const laid = resolvePaths(applied, dirname(fileName));
      const { spec, issues } = checkSpec(mergeTrees(laid, { name, seed }), plugins);
      for (const { path, text } of issues) blame(path, text);
      if (spec !== undefined) variants.push({ name, choices, spec });
    } catch (thrown) {
      if (!(thrown instanceof TaskweaveError)) throw thrown;
      blame([], `${thrown.message} ${thrown.found ?? ''}`.trim());
    }
  }
  if (faults.size > 0) throw invalidCombinations(faults, all.length, fileName);
  return variants;
}
