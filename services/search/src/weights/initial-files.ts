import { readSafetensorsFile } from '@taskweave/checkpoints';
import { TaskweaveError } from '@taskweave/common';
import { RunFolder } from '@taskweave/runs';
import { ignoredWeights, type WeightsFile } from '@taskweave/supernet';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { WEIGHTS_FILE, readModel } from '../run/model.js';
import type { InitialSource } from './initial-sources.js';

/** A file to start from, in memory. */
export interface InitialFile extends WeightsFile {
  readonly source: InitialSource;
  /** The safetensors file: the source itself, or the model of a run. */
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a file, or the networks of a completed run.
 *
 * @throws TaskweaveError naming the field: `FILE_MISSING`, `FILE_DAMAGED`; `CONFIG_INVALID` for a folder that is none of
 *   a run and for a run of a method that has no networks of their own; `RUN_NOT_FINISHED`
 */
export async function readInitialFile(source: InitialSource): Promise<InitialFile> {
  const { field, task } = source;
  try {
    const path = fileOf(source);
    const { tensors, sha256 } = await readSafetensorsFile(path, { skip: ignoredWeights });
    return { source, name: `${field}, ${path}`, path, tensors, sha256, ...(task !== undefined && { task }) };
  } catch (thrown) {
    const details = TaskweaveError.from(thrown).toDetails();
    const subject = [field, details.subject].filter((part) => part !== undefined).join(', ');
    throw new TaskweaveError({ ...details, subject }, { cause: thrown });
  }
}

function fileOf({ path }: InitialSource): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  const folder = new RunFolder(path);
  if (!folder.exists) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'A folder to start from must be that of a run.',
      subject: path,
      found: 'no run.json in it',
      expected: 'a safetensors file, or the folder of a completed run of the method single-task',
    });
  }
  const { phase, plan, run } = folder.readRecord();
  if (plan.method !== 'single-task') throw otherMethod(path, run, plan.method);
  if (phase !== 'completed') throw notFinished(path, run, phase);
  // Verifies the weights.
  readModel(folder.model);
  return join(folder.model, WEIGHTS_FILE);
}

function otherMethod(path: string, run: string, method: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `The networks of the run ${run} were not trained each for itself.`,
    subject: path,
    found: `method ${method}`,
    expected: 'a run of the method single-task',
    action: 'Train the networks with --method single-task first.',
  });
}

function notFinished(path: string, run: string, phase: string): TaskweaveError {
  return new TaskweaveError({
    code: 'RUN_NOT_FINISHED',
    message: `The run ${run} to start from is not completed.`,
    subject: path,
    found: phase,
    expected: 'completed',
    action: `See how far it is with: npx taskweave show ${path}`,
  });
}
