import type { Json } from '@taskweave/common';
import { formatPath, showValue, type FieldPath } from '../field-path.js';
import { mergeTrees } from '../merge-trees.js';
import { applyAssignments } from '../set-path.js';
import type { SpecIssue } from '../spec-issue.js';
import type { SweepFileAxis } from './sweep-file.js';

/** One setting of an axis. */
export interface AxisVariant {
  /** As it appears in names of runs. */
  readonly name: string;
  /** Lays it over a spec. Throws TaskweaveError `CONFIG_INVALID` when its field does not fit the spec. */
  apply(tree: Json): Json;
}

/** Something that a sweep varies. */
export interface Axis {
  readonly name: string;
  readonly variants: readonly AxisVariant[];
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Keys that a sweep sets itself. */
const OWN_KEYS: Readonly<Record<string, string>> = {
  seed: 'the seeds of a sweep are listed under `seeds`',
  name: 'a run of a sweep is named after its variant',
};

/** The axes of a sweep file, and what is wrong with them. */
export function readAxes(axes: readonly SweepFileAxis[]): { axes: Axis[]; issues: SpecIssue[] } {
  const issues: SpecIssue[] = [];
  const read = axes.map((axis, index) => {
    const at: FieldPath = ['axes', index];
    const own = readAxis(axis, at, issues);
    refuseRepeats(
      own.variants.map(({ name }) => name),
      at,
      `variants of the axis '${own.name}'`,
      issues,
    );
    return own;
  });
  refuseRepeats(
    read.map(({ name }) => name),
    ['axes'],
    'axes',
    issues,
  );
  return { axes: read, issues };
}

function readAxis(axis: SweepFileAxis, at: FieldPath, issues: SpecIssue[]): Axis {
  const { name, variants, field, values } = axis;
  const named = variants !== undefined && field === undefined && values === undefined;
  const listed = variants === undefined && field !== undefined && values !== undefined;
  if (!named && !listed) {
    issues.push({
      path: at,
      text: `found ${showValue(axis)}, expected either 'name' and 'variants', or 'field' and 'values'`,
    });
    return { name: name ?? field ?? formatPath(at), variants: [] };
  }
  if (listed) {
    const last = field.split(/[.[]/).at(-1)!.replace(/\]$/, '');
    refuseOwnKey(field.split(/[.[]/)[0]!, [...at, 'field'], issues);
    return { name: name ?? last, variants: listedVariants(name ?? last, field, values, at, issues) };
  }
  const all = Object.entries(variants!);
  if (name === undefined) issues.push({ path: [...at, 'name'], text: 'found nothing, expected a name' });
  if (all.length === 0) issues.push({ path: [...at, 'variants'], text: 'expected at least one variant' });
  for (const [variant, tree] of all) {
    if (!NAME.test(variant)) issues.push(badName(variant, [...at, 'variants', variant]));
    for (const key of Object.keys(tree)) refuseOwnKey(key, [...at, 'variants', variant, key], issues);
  }
  return {
    name: name ?? formatPath(at),
    variants: all.map(([variant, tree]) => ({
      name: variant,
      apply: (base) => mergeTrees(base, tree as Json),
    })),
  };
}

function listedVariants(
  axis: string,
  field: string,
  values: readonly Json[],
  at: FieldPath,
  issues: SpecIssue[],
): AxisVariant[] {
  return values.map((value, index) => {
    const name = nameOfValue(axis, value);
    if (!NAME.test(name)) issues.push(badName(name, [...at, 'values', index]));
    return { name, apply: (base) => applyAssignments(base, [`${field}=${JSON.stringify(value)}`]) };
  });
}

/** `learningRate-0.1`; a text speaks for itself: `single-task`. Lists and maps keep their letters and digits only. */
function nameOfValue(axis: string, value: Json): string {
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/-+$/, '');
  return typeof value === 'string'
    ? plain(value)
    : `${axis}-${plain(JSON.stringify(value).replace(/^[^\w-]+/, ''))}`;
}

function badName(name: string, path: FieldPath): SpecIssue {
  const expected = "1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit";
  return { path, text: `found the name ${showValue(name)}, expected ${expected}` };
}

function refuseOwnKey(key: string, path: FieldPath, issues: SpecIssue[]): void {
  const why = Object.hasOwn(OWN_KEYS, key) ? OWN_KEYS[key] : undefined;
  if (why !== undefined) issues.push({ path, text: `found '${key}', which cannot be varied here: ${why}` });
}

/** Adds an issue for each name that is in a list more than once. */
export function refuseRepeats(
  names: readonly (string | number)[],
  path: FieldPath,
  what: string,
  issues: SpecIssue[],
): void {
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of repeated) issues.push({ path, text: `two ${what} have the name '${name}'` });
}
