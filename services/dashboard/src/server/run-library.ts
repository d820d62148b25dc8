import { listRuns, nameOfRun, type RunFolder } from '@taskweave/runs';
import { TaskweaveError } from '@taskweave/common';
import { RunFiles } from './run-files.js';

/** Runs whose files are kept in memory; that of 100,000 steps takes some 20 MB. */
const MOST_OPEN = 12;

/** The runs in a folder. Those that were looked at last are kept open. */
export class RunLibrary {
  readonly output: string;
  readonly #open = new Map<string, RunFiles>();

  constructor(output: string) {
    this.output = output;
  }

  list(): { name: string; folder: RunFolder }[] {
    return listRuns(this.output).map((folder) => ({ name: nameOfRun(folder, this.output), folder }));
  }

  /**
   * A run as its files are now.
   *
   * @param name within the folder; no path leads out of it
   * @param maxAgeMs how old what was read last may be
   * @throws TaskweaveError `RUN_NOT_FOUND`; `FILE_MISSING` or `FILE_DAMAGED` for its record
   */
  async run(name: string, maxAgeMs = 250): Promise<RunFiles> {
    const files = this.#open.get(name) ?? this.#find(name);
    // The newest last.
    this.#open.delete(name);
    this.#open.set(name, files);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(oldest);
    }
    if (!files.folder.exists) {
      this.#open.delete(name);
      throw this.#notFound(name);
    }
    await files.refresh(maxAgeMs);
    return files;
  }

  #find(name: string): RunFiles {
    const known = this.list().find((run) => run.name === name);
    if (known !== undefined) return new RunFiles(known.folder, name);
    throw this.#notFound(name);
  }

  #notFound(name: string): TaskweaveError {
    return new TaskweaveError({
      code: 'RUN_NOT_FOUND',
      message: 'There is no run of this name in the folder.',
      subject: 'run',
      found: name.slice(0, 255),
      expected: `the name of a run in ${this.output}`,
    });
  }
}
