import { parseArgs } from 'node:util';
import { TaskweaveError } from '@taskweave/common';
import { DEVICES, type DeviceId } from '@taskweave/engine';

export interface CheckOptions {
  readonly command: 'check';
  /** Devices that must be there; undefined: those that are. */
  readonly devices: readonly DeviceId[] | undefined;
  readonly threads: number;
  /** A tenth of the ops and a tiny network: shows that everything starts, measures nothing. */
  readonly quick: boolean;
  /** With placeholders; see {@link USAGE}. */
  readonly peer: string | undefined;
  readonly json: string | undefined;
}

export interface PackOptions {
  readonly command: 'pack';
  readonly file: string;
}

export const USAGE = `Usage: check.sh [options]        check the tensor engine on this machine
       check.sh pack FILE       make a bundle for a machine without node or internet

Compares every op on every device with the oracle, times a search iteration of the VGG-16 supernet
(width 1/4, batch 8; full width, batch 2) and prints one table. In an unpacked bundle nothing else is needed.

  --device ID       only this device: cpu, cuda or webgpu; may be given several times
  --threads N       threads of the engine on the cpu, 1..64 (default 2)
  --peer 'COMMAND'  run this after every round, and compare with the line
                    "iteration: min X ms, median Y ms" that it prints; {width}, {batch} (both needed), {size}
                    and {threads} in it stand for the network's width factor, the batch size, the height and
                    width of images, and the threads
  --json FILE       also write the results as JSON
  --quick           few ops and a tiny network, to see that everything starts
  --help            this text

FILE ends in .tar.xz or, larger, .tar.gz; the bundle is for the operating system and processor it is made on.

Exit code: 0 all comparisons hold, 1 one does not or something crashed, 2 for you to mend.
`;

/**
 * Reads the command line.
 *
 * @returns undefined when help is asked for
 * @throws TaskweaveError CONFIG_INVALID for anything that is not in {@link USAGE}
 */
export function parseOptions(arguments_: readonly string[]): CheckOptions | PackOptions | undefined {
  const { values, positionals } = parse(arguments_);
  if (values.help === true) return undefined;
  if (positionals.length > 0) return packOptions(positionals, arguments_);
  const { device, threads, quick, peer, json } = values;
  for (const one of device ?? []) {
    if (!isDevice(one)) throw invalid('--device', one, DEVICES.join(', '));
  }
  if (peer !== undefined && !(peer.includes('{width}') && peer.includes('{batch}'))) {
    throw invalid('--peer', peer, 'a command with {width} and {batch} in it');
  }
  return {
    command: 'check',
    devices: device?.filter(isDevice),
    threads: threadCount(threads),
    quick,
    peer,
    json,
  };
}

function packOptions([word, file, ...more]: readonly string[], all: readonly string[]): PackOptions {
  if (word !== 'pack' || file === undefined || more.length > 0 || all.length > 2) {
    throw invalid('command line', all.join(' '), 'options only, or: pack FILE');
  }
  if (!/\.tar\.(gz|xz)$/.test(file)) throw invalid('pack', file, 'a name that ends in .tar.xz or .tar.gz');
  return { command: 'pack', file };
}

function parse(arguments_: readonly string[]) {
  try {
    return parseArgs({
      args: [...arguments_],
      allowPositionals: true,
      options: {
        device: { type: 'string', multiple: true },
        threads: { type: 'string', default: '2' },
        quick: { type: 'boolean', default: false },
        peer: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw invalid('command line', (error as Error).message, 'the options that --help lists');
  }
}

function isDevice(text: string): text is DeviceId {
  return (DEVICES as readonly string[]).includes(text);
}

function threadCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 64) return value;
  throw invalid('--threads', text, 'a whole number from 1 to 64');
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The check cannot be run like that.';
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, subject, found, expected });
}
