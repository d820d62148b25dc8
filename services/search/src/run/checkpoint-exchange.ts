import {
  blobNameOf,
  blobPath,
  checkBlobPath,
  checkpointName,
  downloadFolder,
  removeFolder,
  uploadFolder,
  withBlobStore,
} from '@taskweave/checkpoints';
import { TaskweaveError } from '@taskweave/common';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** At the beginning an address is more likely wrong than its store away, and at the end nothing depends on it. */
const SHORT_PATIENCE = { patienceMs: 5_000 };

/** How the trainer of a run and the run's folder, which is the truth, hand each other checkpoints. */
export interface CheckpointExchange {
  /** Where the trainer is to put its checkpoints. */
  readonly destination: string;
  /** Before anything else. */
  open(): Promise<void>;
  /** The path by which the trainer reads a checkpoint of the run's folder. */
  share(folder: string): Promise<string>;
  /** The folder, within that of the run, of a checkpoint that the trainer says it has put. */
  receive(path: string, step: number): Promise<string>;
  /** Removes a checkpoint from the run's folder and from everywhere else. */
  remove(folder: string): Promise<void>;
  /** @throws TaskweaveError when something is left elsewhere */
  close(): Promise<void>;
}

/** For services that see the run's folder. */
export class SharedDisk implements CheckpointExchange {
  readonly destination: string;

  /** @param folder of the run's checkpoints */
  constructor(folder: string) {
    this.destination = folder;
  }

  async open(): Promise<void> {}

  share(folder: string): Promise<string> {
    return Promise.resolve(folder);
  }

  receive(path: string): Promise<string> {
    return Promise.resolve(path);
  }

  async remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {}
}

/**
 * For services that see nothing but the blob store of the environment. What is in the store is a copy, or on its way; it is
 * removed at the end, and at the beginning, as an earlier process may have been killed.
 */
export class SharedBlobs implements CheckpointExchange {
  readonly #folder: string;
  readonly #place: string;
  readonly #run: string;

  /**
   * @param folder of the run's checkpoints
   * @param place of the training's own in the store, below the name of its run
   */
  constructor(folder: string, place: string, run: string) {
    this.#folder = folder;
    this.#place = place;
    this.#run = run;
  }

  get destination(): string {
    return blobPath(this.#place);
  }

  async open(): Promise<void> {
    await withBlobStore((store) => removeFolder(store, this.#place), SHORT_PATIENCE);
  }

  async share(folder: string): Promise<string> {
    const name = `${this.#place}/${basename(folder)}`;
    return blobPath(await withBlobStore((store) => uploadFolder(store, folder, name)));
  }

  async receive(path: string, step: number): Promise<string> {
    checkBlobPath('checkpoint', path, this.#run);
    const name = blobNameOf(path);
    const checkpoint = checkpointName(step);
    if (!name.startsWith(`${this.#place}/${checkpoint}-`)) {
      throw new TaskweaveError({
        code: 'MESSAGE_INVALID',
        message: 'The trainer names a checkpoint that it was not asked for.',
        subject: 'checkpoint',
        found: name.slice(0, 200),
        expected: `a name that begins with ${this.#place}/${checkpoint}-`,
      });
    }
    const folder = join(this.#folder, checkpoint);
    await withBlobStore((store) => downloadFolder(store, name, folder));
    return folder;
  }

  async remove(folder: string): Promise<void> {
    const mine = `${this.#place}/${basename(folder)}-`;
    await withBlobStore(async (store) => {
      const names = (await store.list(this.#place)).filter((name) => name.startsWith(mine));
      const stored = new Set(names.map((name) => name.slice(0, name.lastIndexOf('/'))));
      for (const name of stored) await removeFolder(store, name);
    });
    await rm(folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await withBlobStore((store) => removeFolder(store, this.#place), SHORT_PATIENCE);
  }
}
