import { TaskweaveError } from '@taskweave/common';
import { parseArgs } from 'node:util';

export interface ScaleOptions {
  /** Numbers of trainers to try, in order; empty: none. */
  readonly trainers: readonly number[];
  /** Whether to measure the wire too. */
  readonly wire: boolean;
  /** Milliseconds that a trainer computes in a step. */
  readonly stepMs: number;
  /** About how long to measure each number of trainers, once without and once with computation. */
  readonly seconds: number;
  /** Times that batches and plain TCP are measured in turn. */
  readonly rounds: number;
  /** Batches in each of those rounds. */
  readonly batches: number;
  readonly json: string | undefined;
  readonly chart: string | undefined;
}

export const USAGE = `Usage: npx nx run scale:start -- [options]

Simulated trainers (no tensors, real gRPC) against the real architect, and the speed of the wire.

  --trainers LIST   numbers of trainers, each 1..1000 (default 1,4,16,64,256,1000)
  --only PART       architect or wire (default both)
  --step-ms N       length of a trainer's step that waiting is compared with, 10..10000 ms (default 200)
  --seconds N       about how long to measure each number of trainers, twice, 1..600 (default 5)
  --rounds N        times that batches and plain TCP are measured in turn, 1..1000 (default 9)
  --batches N       batches in each of those rounds, 1..1000 (default 20)
  --json FILE       write the results as JSON
  --chart FILE      write a chart of the architect's answers as SVG
  --help            this text

Trainers, architect and the peers of the wire share this machine; other work on it makes times longer.
Exit code: 0 measured, 1 something failed, 2 for you to mend.
`;

const PARTS = ['architect', 'wire'];

/**
 * Reads the command line.
 *
 * @returns undefined when help is asked for
 * @throws TaskweaveError CONFIG_INVALID for anything that is not in {@link USAGE}
 */
export function parseOptions(arguments_: readonly string[]): ScaleOptions | undefined {
  const values = parse(arguments_);
  if (values.help === true) return undefined;
  const { only } = values;
  if (only !== undefined && !PARTS.includes(only)) throw invalid('--only', only, PARTS.join(', '));
  if (only === 'wire' && values.chart !== undefined) {
    throw invalid('--chart', 'a run of the wire only', 'a run with trainers, which the chart shows');
  }
  const trainers = values.trainers.split(',').map((text) => whole('--trainers', text, 1, 1_000));
  return {
    trainers: only === 'wire' ? [] : trainers,
    wire: only !== 'architect',
    stepMs: whole('--step-ms', values['step-ms'], 10, 10_000),
    seconds: whole('--seconds', values.seconds, 1, 600),
    rounds: whole('--rounds', values.rounds, 1, 1_000),
    batches: whole('--batches', values.batches, 1, 1_000),
    json: values.json,
    chart: values.chart,
  };
}

function parse(arguments_: readonly string[]) {
  try {
    return parseArgs({
      args: [...arguments_],
      options: {
        trainers: { type: 'string', default: '1,4,16,64,256,1000' },
        only: { type: 'string' },
        'step-ms': { type: 'string', default: '200' },
        seconds: { type: 'string', default: '5' },
        rounds: { type: 'string', default: '9' },
        batches: { type: 'string', default: '20' },
        json: { type: 'string' },
        chart: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw invalid('command line', (error as Error).message, 'the options that --help lists');
  }
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw invalid(option, text, `a whole number from ${least} to ${most}`);
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The load laboratory cannot be run like that.';
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, subject, found, expected });
}
