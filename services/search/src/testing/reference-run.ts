/** A small search that a spec starts once and looks at from many sides. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, onlyRun, type Outcome } from './cli.js';
import { factsOf } from './run-facts.js';

/** Images of the test split. */
export const EXAMPLES = 40;

/** A search on two networks of 36x36 images that takes seconds. */
export const SMALL_SEARCH = [
  '--preset=multi-mnist-smoke',
  '--set=data.batchSize=8',
  // Test files run beside each other.
  '--set=engine.threads=1',
  `--set=data.options={trainLimit: 200, validationLimit: 40, testLimit: ${EXAMPLES}}`,
  '--set=checkpoint.every=10',
];

export interface ReferenceRun {
  /** Where it was started. */
  readonly cwd: string;
  /** Its folder. */
  readonly path: string;
  readonly outcome: Outcome;
  readonly facts: Awaited<ReturnType<typeof factsOf>>;
  /** Makes an empty folder, which goes with everything else in {@link ReferenceRun.remove}. */
  folder(): string;
  remove(): void;
}

/** The folder of the only run that was started in `cwd`. */
export const pathOf = (cwd: string): string => join(cwd, 'runs', onlyRun(cwd));

/** Runs {@link SMALL_SEARCH} to its end. */
export async function referenceRun(...args: string[]): Promise<ReferenceRun> {
  const parent = mkdtempSync(join(tmpdir(), 'taskweave-search-'));
  const folder = (): string => mkdtempSync(join(parent, 'run-'));
  const cwd = folder();
  const outcome = await cli([...SMALL_SEARCH, '--json', ...args], cwd);
  const path = pathOf(cwd);
  return {
    cwd,
    path,
    outcome,
    facts: await factsOf(path),
    folder,
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}
