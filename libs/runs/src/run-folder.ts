import { TaskweaveError } from '@taskweave/common';
import { formatSpecYaml, type BaselineMethod, type RunPlan } from '@taskweave/spec';
import { existsSync, mkdirSync, rmSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { notWritable, writeFileAtomically } from './files.js';
import type { InitialWeightsRecord } from './initial-weights-record.js';
import { readRunRecord, writeRunRecord, type RunRecord } from './run-record.js';

/** Where one training keeps its state. */
export interface TrainingFolder {
  /** Folder of the checkpoint folders. */
  readonly checkpoints: string;
  /** File with one JSON object per line. */
  readonly history: string;
  /** Gates over time, a file with one JSON object per line; there for searches only. */
  readonly gates: string;
  /** What was done when, a file with one JSON object per line. */
  readonly timeline: string;
}

function trainingFolder(path: string): TrainingFolder {
  return {
    checkpoints: join(path, 'checkpoints'),
    history: join(path, 'history.jsonl'),
    gates: join(path, 'gates.jsonl'),
    timeline: join(path, 'timeline.jsonl'),
  };
}

/** The folder of a run, and where everything is in it. */
export class RunFolder {
  /** Absolute. */
  readonly path: string;
  /** The uppermost folder that had to be made for this run. */
  readonly #madeFrom: string;

  constructor(path: string, madeFrom?: string) {
    this.path = resolve(path);
    this.#madeFrom = madeFrom ?? this.path;
  }

  get record(): string {
    return join(this.path, 'run.json');
  }
  get lock(): string {
    return join(this.path, 'run.lock');
  }
  get spec(): string {
    return join(this.path, 'spec.yaml');
  }
  get result(): string {
    return join(this.path, 'result.json');
  }
  get drawing(): string {
    return join(this.path, 'architecture.svg');
  }
  get model(): string {
    return join(this.path, 'model');
  }
  /** Of examples that were drawn at evaluations. */
  get pictures(): string {
    return join(this.path, 'pictures');
  }
  /** Of TensorBoard's event files. */
  get tensorboard(): string {
    return join(this.path, 'tensorboard');
  }
  /** Of embedded messaging. */
  get messages(): string {
    return join(this.path, 'messages');
  }
  get search(): TrainingFolder {
    return trainingFolder(this.path);
  }
  /** That of a baseline beside the run. */
  baseline(method: BaselineMethod): TrainingFolder {
    return trainingFolder(join(this.path, 'baselines', method));
  }

  get exists(): boolean {
    return existsSync(this.record);
  }

  /** @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` */
  readRecord(): RunRecord {
    return readRunRecord(this.record);
  }

  /** @throws TaskweaveError `OUTPUT_NOT_WRITABLE` */
  writeRecord(record: RunRecord): Promise<void> {
    return writeRunRecord(this.record, record);
  }

  /** Removes the run, and the folders that were made for it unless something else is in them now. */
  discard(): void {
    rmSync(this.path, { recursive: true, force: true });
    let folder = this.path;
    try {
      while (folder !== this.#madeFrom) {
        folder = dirname(folder);
        rmdirSync(folder);
      }
    } catch {
      // Another run is in it.
    }
  }
}

/** `digits-20260131-120000`, in local time. */
export function runName(name: string, now: Date): string {
  const digits = (value: number, count = 2): string => String(value).padStart(count, '0');
  const date = digits(now.getFullYear(), 4) + digits(now.getMonth() + 1) + digits(now.getDate());
  return `${name}-${date}-${digits(now.getHours())}${digits(now.getMinutes())}${digits(now.getSeconds())}`;
}

/** Makes the first free one of `name`, `name-2`, `name-3`, ... */
function makeFolder(output: string, name: string): { run: string; folder: RunFolder } {
  for (let number = 1; ; number++) {
    const run = number === 1 ? name : `${name}-${number}`;
    const path = join(output, run);
    try {
      const madeFrom = mkdirSync(output, { recursive: true });
      mkdirSync(path);
      return { run, folder: new RunFolder(path, madeFrom) };
    } catch (cause) {
      const taken = (cause as NodeJS.ErrnoException).code === 'EEXIST' && existsSync(path);
      if (!taken) throw notWritable(path, cause);
    }
  }
}

/** Makes the folder of a run whose name is given; one that is there must hold no run. */
function makeNamedFolder(output: string, run: string): { run: string; folder: RunFolder } {
  const path = join(output, run);
  let madeFrom: string | undefined;
  try {
    madeFrom = mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw notWritable(path, cause);
  }
  const folder = new RunFolder(path, madeFrom);
  if (folder.exists) throw notWritable(path, new Error('a run is there already'));
  return { run, folder };
}

export interface NewRun {
  /** Its folder within the output folder, e.g. `ablation/soft-seed-1`; named after the spec and the time unless given. */
  run?: string | undefined;
  plan: RunPlan;
  codeVersion: string;
  baselines: readonly BaselineMethod[];
  /** What it starts from, if its spec names files. */
  initialWeights: InitialWeightsRecord | undefined;
}

/**
 * Makes the folder of a new run, with its record and its spec.
 *
 * @param output folder that holds the runs; made if it is not there
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`, with nothing left behind
 */
export async function createRun(
  output: string,
  { run: name, plan, codeVersion, baselines, initialWeights }: NewRun,
): Promise<{ folder: RunFolder; record: RunRecord }> {
  const now = new Date();
  const { run, folder } =
    name === undefined
      ? makeFolder(resolve(output), runName(plan.spec.name, now))
      : makeNamedFolder(resolve(output), name);
  const record: RunRecord = {
    format: 'taskweave-run',
    version: 1,
    run,
    phase: 'starting',
    createdAt: now.toISOString(),
    codeVersion,
    baselines,
    plan,
    ...(initialWeights !== undefined && { initialWeights }),
  };
  try {
    await folder.writeRecord(record);
    await writeFileAtomically(folder.spec, formatSpecYaml(plan.spec));
  } catch (thrown) {
    folder.discard();
    throw TaskweaveError.from(thrown);
  }
  return { folder, record };
}
