import { TaskweaveError } from '@taskweave/common';
import { didYouMean } from '@taskweave/spec';
import type { FinishedRun } from './finished-run.js';
import { differingFields, fieldsOf } from './spec-fields.js';
import { systemsOf, type System } from './systems.js';

/** Networks of one kind, from runs that differ in their seed. */
export interface Group {
  /** What sets it apart from the other groups. */
  readonly label: string;
  readonly systems: readonly System[];
}

export interface Grouping {
  readonly groups: readonly Group[];
  /** What a reader has to know of how runs were grouped. */
  readonly warnings: readonly string[];
}

/** Everything that sets a kind of run apart: the spec without its seed. */
function withoutSeed({ result: { spec } }: FinishedRun): object {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'seed'));
}

/**
 * Groups runs, in the order in which they are met.
 *
 * @param by `spec`: runs whose specs differ in the seed alone; `name`: runs of the same name; otherwise runs that have
 *   the same in this field
 * @throws TaskweaveError `CONFIG_INVALID` for a field that no run has
 */
export function groupRuns(runs: readonly FinishedRun[], by: string): Grouping {
  const { unique, warnings } = dropRepeats(runs);
  if (by !== 'spec' && by !== 'name') refuseUnknownField(unique, by);
  const groups = new Map<string, FinishedRun[]>();
  for (const run of unique) {
    const key = keyOf(run, by);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const members = [...groups.values()];
  const labels = by === 'spec' ? labelsOf(members.map(([run]) => run!)) : [...groups.keys()];
  if (by !== 'spec') warnings.push(...mixed(members, labels, by));
  const many = members.length > 1;
  return {
    warnings,
    groups: members.flatMap((own, index) => groupsOf(own.flatMap(systemsOf), labels[index]!, many)),
  };
}

/** The networks that runs were made for, then those of each method that was trained beside them. */
function groupsOf(systems: readonly System[], label: string, many: boolean): Group[] {
  const methods = [...new Set(systems.map(({ beside }) => beside))];
  return methods.map((beside) => ({
    label: beside === undefined ? label : many ? `${label}, ${beside}` : beside,
    systems: systems.filter((system) => system.beside === beside),
  }));
}

function keyOf(run: FinishedRun, by: string): string {
  if (by === 'spec') return JSON.stringify(withoutSeed(run));
  if (by === 'name') return run.result.spec.name;
  return `${by}=${valueOf(run, by)}`;
}

/** What a field, or the fields below it, hold. */
function valueOf({ result: { spec } }: FinishedRun, field: string): string {
  const own = [...fieldsOf(spec)].filter(([path]) => isAtOrBelow(path, field));
  if (own.length === 0) return '(not set)';
  return own.map(([path, text]) => (path === field ? text : `${path.slice(field.length)}=${text}`)).join(' ');
}

function isAtOrBelow(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/** A run that is there twice would count twice, and hide how much results spread. */
function dropRepeats(runs: readonly FinishedRun[]): { unique: FinishedRun[]; warnings: string[] } {
  const seen = new Map<string, FinishedRun>();
  const warnings: string[] = [];
  for (const run of runs) {
    const key = JSON.stringify(run.result.spec);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, run);
    else warnings.push(`${run.result.run} has spec and seed of ${first.result.run}, and is counted once`);
  }
  return { unique: [...seen.values()], warnings };
}

/** Names where they tell the groups apart, else the fields in which the groups differ. */
function labelsOf(firsts: readonly FinishedRun[]): string[] {
  const names = firsts.map(({ result: { spec } }) => spec.name);
  if (new Set(names).size === names.length) return names;
  const fields = differingFields(firsts.map(withoutSeed));
  const short = shortNames(fields);
  return firsts.map(({ result: { spec } }) => {
    const own = fieldsOf(spec);
    return fields.map((field, index) => `${short[index]}=${own.get(field) ?? '(not set)'}`).join(', ');
  });
}

/** The last part of each path where that is enough to tell it from the others. */
function shortNames(paths: readonly string[]): string[] {
  const last = paths.map((path) => path.split('.').at(-1)!);
  return paths.map((path, index) =>
    last.filter((name) => name === last[index]).length === 1 ? last[index]! : path,
  );
}

function refuseUnknownField(runs: readonly FinishedRun[], field: string): void {
  const known = new Set(runs.flatMap(({ result: { spec } }) => [...fieldsOf(spec).keys()]));
  if ([...known].some((path) => isAtOrBelow(path, field))) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `None of the runs has a field of this name in its spec${didYouMean(field, [...known]) || '.'}`,
    subject: '--by',
    found: field,
    expected: "'spec', 'name', or a field such as strategy.options.weightGates",
  });
}

/** Tells of runs that are averaged although more than the seed sets them apart. */
function mixed(
  members: readonly (readonly FinishedRun[])[],
  labels: readonly string[],
  by: string,
): string[] {
  return members.flatMap((runs, index) => {
    const fields = differingFields(runs.map(withoutSeed)).filter(
      (field) => field !== 'name' && !isAtOrBelow(field, by),
    );
    if (fields.length === 0) return [];
    return [`the runs of "${labels[index]}" are averaged although they differ in ${fields.join(', ')}`];
  });
}
