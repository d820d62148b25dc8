import { parseArgs } from 'node:util';
import { TaskweaveError } from '@taskweave/common';

export interface ChaosOptions {
  /** 1..100,000. */
  readonly faults: number;
  /** 0 <= seed < 2^32. */
  readonly seed: number;
  /** Share of the searches with two faults, 0..1. */
  readonly pairs: number;
  /** Trainers of a search at most: 1 or 2. */
  readonly trainers: number;
  /** Runs this search of the schedule alone; from 1. */
  readonly only?: number;
  /** Where the results go as JSON. */
  readonly json?: string;
  /** Folder that searches which broke an invariant are copied to. */
  readonly keep?: string;
}

const TEXTS = ['faults', 'seed', 'pairs', 'trainers', 'only', 'json', 'keep'] as const;

export const USAGE = `Usage: npx nx run chaos:start -- [options]

Breaks small searches, whose services run in processes of their own, starts them again where they end too early, and
compares what they leave behind with an undisturbed search. Exit code 0 only if every invariant held.

  --faults N    how many faults, one or two a search (default 20)
  --seed N      which faults (default 1)
  --pairs P     share of the searches with two faults, at once or one after the other (default 0.5)
  --trainers N  1: no search with two trainers, and no fault of the second (default 2)
  --only N      only the search of this number, to see again what happened to it
  --json FILE   write the results as JSON, after each search
  --keep DIR    copy the files of searches that broke an invariant there
`;

/**
 * @returns undefined when help is asked for
 * @throws TaskweaveError CONFIG_INVALID
 */
export function parseOptions(args: readonly string[]): ChaosOptions | undefined {
  let values: { [name in (typeof TEXTS)[number]]?: string } & { help?: boolean };
  try {
    const texts = Object.fromEntries(TEXTS.map((name) => [name, { type: 'string' as const }]));
    ({ values } = parseArgs({ args: [...args], options: { ...texts, help: { type: 'boolean' } } }));
  } catch (error) {
    throw invalid('the command line', (error as Error).message, 'the options of --help');
  }
  if (values.help === true) return undefined;
  const { faults = '20', seed = '1', pairs = '0.5', trainers = '2', only, json, keep } = values;
  return {
    faults: integer('--faults', faults, 1, 100_000),
    seed: integer('--seed', seed, 0, 2 ** 32 - 1),
    pairs: number('--pairs', pairs, 0, 1),
    trainers: integer('--trainers', trainers, 1, 2),
    ...(only !== undefined && { only: integer('--only', only, 1, 100_000) }),
    ...(json !== undefined && { json }),
    ...(keep !== undefined && { keep }),
  };
}

function number(subject: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw invalid(subject, text, `a number from ${least} to ${most}`);
}

function integer(subject: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(subject, text, `an integer from ${least} to ${most}`);
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The command line is not valid.';
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, subject, found, expected });
}
