/**
 * Whole files under names, kept where several machines can reach them. A store knows nothing of what is in the files.
 *
 * A blob is there as a whole or not at all: who reads while another writes gets what was there before or what is there
 * afterwards. Names are as {@link checkBlobName} has them; a name must not go on below that of another blob.
 *
 * What can be asked again is asked again while the store is away, for as long as its `patienceMs`; every operation can
 * be repeated without harm. Errors are
 *
 * * `SERVICE_UNAVAILABLE`: the store is away, or was closed;
 * * `CONFIG_INVALID`: a name that is none, a store that does not let us in, or has no such bucket;
 * * `OUTPUT_NOT_WRITABLE`: the store, or the disk that a blob is written to, takes no more;
 * * `FILE_MISSING`, `FILE_DAMAGED`: of what is read.
 */
export interface BlobStore {
  /** What and where it is, for people; without passwords. */
  readonly description: string;

  /**
   * Puts the contents of a file under a name. What was there before is replaced. Of several at a time one counts.
   *
   * @param file read from beginning to end, in pieces; must not change meanwhile
   */
  put(name: string, file: string): Promise<void>;

  /**
   * Writes a blob to a file, which is there once it is whole and on the disk; the folder above it must exist.
   *
   * @param mostBytes larger ones are refused before anything is written. @default no limit
   * @returns its length in bytes
   * @throws TaskweaveError `FILE_MISSING` when there is no such blob, `FILE_DAMAGED` when it is larger than allowed or
   *   not what was put
   */
  get(name: string, file: string, mostBytes?: number): Promise<number>;

  /** Whether there is such a blob. */
  exists(name: string): Promise<boolean>;

  /**
   * Names in ascending order of their characters.
   *
   * @param below the beginning of the names up to a slash: `a` finds `a/b` and `a/b/c`, neither `a` nor `ab`. @default all
   */
  list(below?: string): Promise<string[]>;

  /** Removes a blob; one that is not there stays so. */
  delete(name: string): Promise<void>;

  /** Calls that are still waiting fail. */
  close(): Promise<void>;
}

export interface BlobStoreOptions {
  /** How long an operation waits for a store that is away, in milliseconds. @default 100000 */
  readonly patienceMs?: number;
}
