import { parseArgs } from 'node:util';
import { TaskweaveError } from '@taskweave/common';
import { DEVICES, type DeviceChoice, type EngineId } from '@taskweave/engine';

export interface BenchOptions {
  /** Cases to run; undefined: all. */
  readonly cases: readonly string[] | undefined;
  readonly engine: EngineId;
  readonly device: DeviceChoice;
  readonly threads: number;
  /** Rounds: iterations, or pairs with a peer. */
  readonly repeats: number;
  /** Iterations in a round. */
  readonly iterations: number;
  readonly peer: string | undefined;
  /** Whether to find out what share of the time is not spent on tensors. */
  readonly outside: boolean;
  readonly json: string | undefined;
  readonly chart: string | undefined;
  readonly save: boolean;
}

export const USAGE = `Usage: npx nx run bench:engine -- [options]

  --case NAME        only this case; may be given several times
  --engine ID        onnx (default), cpu or tensorflow
  --device ID        cpu (default), cuda, webgpu or auto
  --threads N        threads of the engine, 1..64 (default 2)
  --repeats N        rounds per case (default 10; 5 with --peer); all-reduce knows no other option but --json
  --iterations N     iterations per round (default 1; 5 with --peer)
  --peer 'COMMAND'   run this after every round and compare with the line
                     "iteration: min X ms, median Y ms" that it prints; needs one --case
  --outside          also tell the share of the time that is not spent on tensors
  --json FILE        write the results as JSON
  --chart FILE       write a chart of the results as SVG
  --save             store the ratios to MatMul as the ones to compare with
`;

const ENGINES: readonly EngineId[] = ['onnx', 'cpu', 'tensorflow'];

/**
 * Reads the command line.
 *
 * @param names of the cases there are
 * @returns undefined when help is asked for
 * @throws TaskweaveError CONFIG_INVALID for anything that is not in {@link USAGE}
 */
export function parseOptions(
  arguments_: readonly string[],
  names: readonly string[],
): BenchOptions | undefined {
  const values = parse(arguments_);
  if (values.help === true) return undefined;
  for (const name of values.case ?? []) oneOf('--case', name, names);
  oneOf('--engine', values.engine, ENGINES);
  oneOf('--device', values.device, [...DEVICES, 'auto']);
  if (values.peer !== undefined && values.case?.length !== 1) {
    throw invalid('--peer', `${values.case?.length ?? names.length} cases`, 'one --case, that of the peer');
  }
  const paired = values.peer !== undefined;
  return {
    cases: values.case,
    engine: values.engine as EngineId,
    device: values.device as DeviceChoice,
    threads: count('--threads', values.threads, 2, 64),
    repeats: count('--repeats', values.repeats, paired ? 5 : 10, 10_000),
    iterations: count('--iterations', values.iterations, paired ? 5 : 1, 10_000),
    peer: values.peer,
    outside: values.outside,
    json: values.json,
    chart: values.chart,
    save: values.save,
  };
}

function parse(arguments_: readonly string[]) {
  try {
    return parseArgs({
      args: [...arguments_],
      options: {
        case: { type: 'string', multiple: true },
        engine: { type: 'string', default: 'onnx' },
        device: { type: 'string', default: 'cpu' },
        threads: { type: 'string' },
        repeats: { type: 'string' },
        iterations: { type: 'string' },
        peer: { type: 'string' },
        json: { type: 'string' },
        chart: { type: 'string' },
        outside: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw invalid('command line', (error as Error).message, 'the options that --help lists');
  }
}

function oneOf(option: string, found: string, expected: readonly string[]): void {
  if (!expected.includes(found)) throw invalid(option, found, expected.join(', '));
}

function count(option: string, text: string | undefined, byDefault: number, most: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw invalid(option, text, `a whole number from 1 to ${most}`);
  }
  return value;
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The benchmark cannot be run like that.';
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, subject, found, expected });
}
