import { parseArgs } from 'node:util';
import { TaskweaveError } from '@taskweave/common';

export interface SoakOptions {
  /** 1,000..10,000,000. */
  readonly steps: number;
  /** Most minutes that it may take, 1..600. */
  readonly minutes: number;
  /** Growth after the warm-up, in per cent, beyond which it has failed. */
  readonly most: number;
  /** Where every sample goes as JSON. */
  readonly json?: string;
}

const TEXTS = ['steps', 'minutes', 'most', 'json'] as const;

export const USAGE = `Usage: npx nx run soak:start -- [options]

Runs one search of very many quick steps, its services in processes of their own, and watches the memory of each, how long
its page takes to answer, and whether its history is whole. Exit code 0 only if no process grew too much.

  --steps N     steps of the search (default 100000)
  --minutes N   stop after so many minutes (default 60)
  --most P      growth after the warm-up that is too much, in per cent (default 5)
  --json FILE   write every sample as JSON
`;

/**
 * @returns undefined when help is asked for
 * @throws TaskweaveError CONFIG_INVALID
 */
export function parseOptions(args: readonly string[]): SoakOptions | undefined {
  let values: { [name in (typeof TEXTS)[number]]?: string } & { help?: boolean };
  try {
    const texts = Object.fromEntries(TEXTS.map((name) => [name, { type: 'string' as const }]));
    ({ values } = parseArgs({ args: [...args], options: { ...texts, help: { type: 'boolean' } } }));
  } catch (error) {
    throw invalid('the command line', (error as Error).message, 'the options of --help');
  }
  if (values.help === true) return undefined;
  const { steps = '100000', minutes = '60', most = '5', json } = values;
  return {
    steps: number('--steps', steps, 1000, 10_000_000),
    minutes: number('--minutes', minutes, 1, 600),
    most: number('--most', most, 0, 1000),
    ...(json !== undefined && { json }),
  };
}

function number(subject: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw invalid(subject, text, `a number from ${least} to ${most}`);
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The command line is not valid.';
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, subject, found, expected });
}
