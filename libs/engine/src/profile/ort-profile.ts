import { TaskweaveError } from '@taskweave/common';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One node of a program, once executed. Times in microseconds, from the moment the program was loaded. */
export interface NodeEvent {
  readonly name: string;
  readonly opType: string;
  readonly start: number;
  readonly duration: number;
}

/** What onnxruntime measured of a program's calls. */
export interface ProgramProfile {
  readonly program: string;
  /** Calls that were measured. */
  readonly runs: readonly { readonly start: number; readonly duration: number }[];
  readonly nodes: readonly NodeEvent[];
}

interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: { readonly op_name?: string };
}

const KERNEL_TIME = '_kernel_time';

/**
 * Reads the profile that a program left behind (see `EngineOptions.profile`).
 *
 * @param folder where the engine was told to put profiles
 * @param skip calls to leave out: the first ones allocate memory and warm up
 * @throws TaskweaveError FILE_MISSING when there is none
 */
export function readProfile(folder: string, program: string, skip: number): ProgramProfile {
  const file = readdirSync(folder).find((name) => name.startsWith(`${program}_`) && name.endsWith('.json'));
  if (file === undefined) {
    throw new TaskweaveError({
      code: 'FILE_MISSING',
      message: `The engine left no profile of ${program}.`,
      subject: folder,
      expected: 'the engine "onnx", and a program that was disposed of',
    });
  }
  return parseProfile(program, readFileSync(join(folder, file), 'utf8'), skip);
}

/** The text of a profile as onnxruntime writes it: a Chrome trace with one event a node and one a call. */
export function parseProfile(program: string, text: string, skip: number): ProgramProfile {
  const events = JSON.parse(text) as TraceEvent[];
  const calls = events.filter(({ name }) => name === 'model_run').sort((a, b) => a.ts - b.ts);
  const measured = calls.slice(skip);
  const begin = measured[0]?.ts ?? Infinity;
  return {
    program,
    runs: measured.map(({ ts, dur }) => ({ start: ts, duration: dur })),
    nodes: events
      .filter(({ cat, name, ts }) => cat === 'Node' && name.endsWith(KERNEL_TIME) && ts >= begin)
      .map(({ name, ts, dur, args }) => ({
        name: name.slice(0, -KERNEL_TIME.length),
        opType: args.op_name ?? 'unknown',
        start: ts,
        duration: dur,
      })),
  };
}
