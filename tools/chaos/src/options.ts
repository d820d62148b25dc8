import { parseArgs } from 'node:util';
import { TaskweaveError } from '@taskweave/common';

export interface ChaosOptions {
  /** 1..100,000. */
  readonly faults: number;
  /** 0 <= seed < 2^32. */
  readonly seed: number;
  /** Where the results go as JSON. */
  readonly json?: string;
}

export const USAGE = `Usage: npx nx run chaos:start -- [options]

Breaks small searches, whose services run in processes of their own, starts them again where they end too early, and
compares what they leave behind with an undisturbed search. Exit code 0 only if every invariant held.

  --faults N    how many faults, one or two a search (default 20)
  --seed N      which faults (default 1)
  --json FILE   write the results as JSON
`;

/**
 * @returns undefined when help is asked for
 * @throws TaskweaveError CONFIG_INVALID
 */
export function parseOptions(args: readonly string[]): ChaosOptions | undefined {
  let values: { faults?: string; seed?: string; json?: string; help?: boolean };
  try {
    const text = { type: 'string' } as const;
    const options = { faults: text, seed: text, json: text, help: { type: 'boolean' } } as const;
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    throw invalid('the command line', (error as Error).message, 'the options of --help');
  }
  if (values.help === true) return undefined;
  const { faults = '20', seed = '1', json } = values;
  return {
    faults: integer('--faults', faults, 1, 100_000),
    seed: integer('--seed', seed, 0, 2 ** 32 - 1),
    ...(json !== undefined && { json }),
  };
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
