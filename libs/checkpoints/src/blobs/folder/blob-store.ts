import { TaskweaveError } from '@taskweave/common';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, realpath, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { notWritable, sync } from '../../durable-folder.js';
import type { BlobStore } from '../blob-store.js';
import { blobDamaged, blobMissing, sourceMissing, storeAway, storeRefuses } from '../errors.js';
import { checkBlobName, namesBelow } from '../names.js';
import { receiveFile } from '../receive-file.js';
import { parseFolderUrl } from './url.js';

/** Folders above a new blob may be removed as empty by another process just before it is written. */
const MOST_ATTEMPTS = 10;

/** Blobs as the files of a folder that all machines share, under their own names. */
export class FolderBlobStore implements BlobStore {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /**
   * @param url a path or a `file:` URL; the folder is made unless it is there
   * @throws TaskweaveError `CONFIG_INVALID`, `OUTPUT_NOT_WRITABLE`
   */
  static async open(url: string): Promise<FolderBlobStore> {
    const root = parseFolderUrl(url);
    try {
      await mkdir(root, { recursive: true });
      return new FolderBlobStore(await realpath(root));
    } catch (cause) {
      throw notWritable(root, cause);
    }
  }

  get description(): string {
    return `folder ${this.#root}`;
  }

  async put(name: string, file: string): Promise<void> {
    const path = this.#path(name);
    const { size } = await stat(file).catch((cause: unknown) => {
      throw sourceMissing(file, cause);
    });
    for (let attempt = 1; ; attempt++) {
      try {
        await mkdir(dirname(path), { recursive: true });
        await this.#confine(name, dirname(path));
        await receiveFile(path, size, readSource(file));
        return await sync(dirname(path));
      } catch (thrown) {
        const gone = codeOf(thrown) === 'ENOENT' || codeOf((thrown as Error).cause) === 'ENOENT';
        if (!gone || attempt === MOST_ATTEMPTS) throw notWritable(path, thrown);
      }
    }
  }

  async get(name: string, file: string, mostBytes = Infinity): Promise<number> {
    // A blob that is replaced meanwhile is another file; the one that was opened stays whole.
    const handle = await this.#open(name);
    if (handle === undefined) throw blobMissing(this.description, name);
    try {
      const { size } = await handle.stat();
      if (size > mostBytes)
        throw blobDamaged(this.description, name, `${size} bytes`, `at most ${mostBytes} bytes`);
      await receiveFile(file, size, this.#read(name, handle));
      return size;
    } catch (cause) {
      throw this.#notReadable(name, cause);
    } finally {
      await handle.close();
    }
  }

  async exists(name: string): Promise<boolean> {
    const handle = await this.#open(name);
    await handle?.close();
    return handle !== undefined;
  }

  async list(below?: string): Promise<string[]> {
    const folder = below === undefined ? this.#root : this.#path(below);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
      (cause: unknown) => {
        if (isAbsence(cause)) return [];
        throw storeAway(this.description, 'list blobs', cause);
      },
    );
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    return namesBelow(
      paths.map((path) => relative(this.#root, path).split(sep).join('/')),
      below,
    );
  }

  async delete(name: string): Promise<void> {
    const path = this.#path(name);
    if (!(await this.exists(name))) return;
    await rm(path, { force: true }).catch((cause: unknown) => {
      throw notWritable(path, cause);
    });
    // Folders are none of the blobs' business; those that hold none any more go.
    for (let folder = dirname(path); folder !== this.#root; folder = dirname(folder)) {
      if (
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #path(name: string): string {
    checkBlobName(name);
    return join(this.#root, name);
  }

  /** The file of a blob, which must be closed; undefined when there is none. */
  async #open(name: string): Promise<FileHandle | undefined> {
    const path = this.#path(name);
    let handle: FileHandle | undefined;
    try {
      await this.#confine(name, path);
      handle = await open(path, 'r');
      if ((await handle.stat()).isFile()) return handle;
      await handle.close();
      return undefined;
    } catch (cause) {
      await handle?.close();
      if (isAbsence(cause)) return undefined;
      throw this.#notReadable(name, cause);
    }
  }

  async *#read(name: string, handle: FileHandle): AsyncGenerator<Uint8Array> {
    try {
      yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>;
    } catch (cause) {
      throw this.#notReadable(name, cause);
    }
  }

  #notReadable(name: string, cause: unknown): TaskweaveError {
    return cause instanceof TaskweaveError ? cause : storeAway(this.description, `read ${name}`, cause);
  }

  /** Refuses to follow links: whoever could lay one into the folder would lead us out of it. */
  async #confine(name: string, path: string): Promise<void> {
    const real = await realpath(path);
    if (real !== path) throw storeRefuses(this.description, `use ${name}`, new Error(`a link to ${real}`));
  }
}

async function* readSource(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw sourceMissing(file, cause);
  }
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException | undefined)?.code;
}

function isAbsence(cause: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(cause) ?? '');
}
