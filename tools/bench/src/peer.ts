import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { TaskweaveError } from '@taskweave/common';
import type { Timing } from './statistics.js';

/** What a peer says of itself. */
export type PeerTime = Timing;

/** A line like `iteration: min 512 ms, median 530.5 ms`. */
const TIME_LINE = /iteration: min ([\d.]+) ms, median ([\d.]+) ms/;

/** @throws TaskweaveError CONFIG_INVALID when the output has no line with times */
export function parsePeerOutput(output: string): PeerTime {
  const found = TIME_LINE.exec(output);
  if (found !== null) return { minimumMs: Number(found[1]), medianMs: Number(found[2]) };
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: "The peer's output has no line with its times.",
    subject: '--peer',
    found: output.trim().split('\n').at(-1) ?? '',
    expected: 'a line "iteration: min X ms, median Y ms"',
    action: 'Let the command print such a line on its standard output.',
  });
}

/**
 * Runs a peer in a shell and reads its times.
 *
 * @throws TaskweaveError CONFIG_INVALID when it fails or prints no times
 */
export async function runPeer(command: string): Promise<PeerTime> {
  try {
    const { stdout } = await promisify(exec)(command, { maxBuffer: 2 ** 24 });
    return parsePeerOutput(stdout);
  } catch (error) {
    if (error instanceof TaskweaveError) throw error;
    throw new TaskweaveError(
      {
        code: 'CONFIG_INVALID',
        message: "The peer's command failed.",
        subject: '--peer',
        found: (error as Error).message.trim(),
        action: 'Run the command by itself first.',
      },
      { cause: error },
    );
  }
}
