import { TaskweaveError } from '@taskweave/common';
import { RunFolder } from '@taskweave/runs';
import type { Sweep, SweepRun } from '@taskweave/spec';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { differingFields, fieldsOf } from '../compare/spec-fields.js';
import { phaseOf, type ShownPhase } from '../run/shown-phase.js';

/** Where a sweep keeps its runs and tables. */
export class SweepFolder {
  /** Absolute. */
  readonly path: string;
  readonly #name: string;

  /** @param output folder that holds the runs */
  constructor(output: string, name: string) {
    this.path = join(resolve(output), name);
    this.#name = name;
  }

  get lock(): string {
    return join(this.path, 'sweep.lock');
  }
  get record(): string {
    return join(this.path, 'sweep.json');
  }

  /** Name of a run within the output folder. */
  nameOf({ name }: SweepRun): string {
    return `${this.#name}/${name}`;
  }

  folderOf({ name }: SweepRun): RunFolder {
    return new RunFolder(join(this.path, name));
  }

  /** Where a run stands; `new` when it was not started yet. */
  stateOf(run: SweepRun): ShownPhase | 'new' {
    const folder = this.folderOf(run);
    if (!folder.exists) return 'new';
    const phase = phaseOf(folder, folder.readRecord());
    return phase === 'completed' && !existsSync(folder.result) ? 'interrupted' : phase;
  }
}

/**
 * Makes sure that runs which are there already are runs of this sweep.
 *
 * @throws TaskweaveError `CONFIG_INVALID` naming the runs and the fields that differ; `FILE_DAMAGED`
 */
export function refuseOtherSpecs({ runs }: Pick<Sweep, 'runs'>, folder: SweepFolder): void {
  const lines = runs.flatMap((run) => {
    const own = folder.folderOf(run);
    if (!own.exists) return [];
    const { spec } = own.readRecord().plan;
    const [was, is] = [fieldsOf(spec), fieldsOf(run.spec)];
    const fields = differingFields([spec, run.spec]).filter((field) => !isSettled(field, is.get(field)));
    const changes = fields.map(
      (field) => `${field} was ${was.get(field) ?? '(not set)'}, is ${is.get(field) ?? '(not set)'}`,
    );
    return changes.length === 0 ? [] : [`  ${run.name}: ${changes.join('; ')}`];
  });
  if (lines.length === 0) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: ['The folder of the sweep holds runs with another spec:', ...lines].join('\n'),
    subject: folder.path,
    action: 'Give the sweep another name, or remove these runs.',
  });
}

/** The device `auto` is replaced in a run by the one that it takes. */
function isSettled(field: string, value: string | undefined): boolean {
  return field === 'engine.device' && value === 'auto';
}
