import { findDataSet, type DataSet } from '@taskweave/datasets';
import type { AllowedFolders } from '@taskweave/service-kit';
import { resolve } from 'node:path';

/** Data sets kept open; enough for any run, and a bound on what odd callers can make the process hold. */
const MOST_OPEN = 16;

/** Opens each data set once for all calls that ask for the same one with the same options. */
export class OpenedDataSets {
  readonly #opened = new Map<string, Promise<DataSet>>();
  readonly #folders: AllowedFolders;

  /** @param folders that data sets may be read from */
  constructor(folders: AllowedFolders) {
    this.#folders = folders;
  }

  /**
   * @param id of the data set
   * @param options the spec's `data.options`
   * @throws TaskweaveError `CONFIG_INVALID` for an unknown id or bad options, `FILE_MISSING`, `DATA_INVALID`;
   *   `MESSAGE_INVALID` or `PATH_REFUSED` for its folder
   */
  async open(id: string, options: unknown): Promise<DataSet> {
    const definition = findDataSet(id);
    await this.#checkRoot(options);
    const key = `${id} ${JSON.stringify(options)}`;
    let opened = this.#opened.get(key);
    if (opened === undefined) {
      opened = definition.open(options);
      // A failure is not remembered: a missing file may be there the next time.
      opened.catch(() => this.#opened.delete(key));
    }
    this.#opened.delete(key);
    this.#opened.set(key, opened);
    if (this.#opened.size > MOST_OPEN) this.#opened.delete(this.#opened.keys().next().value!);
    return opened;
  }

  /** Data sets read files below `root` only, which they see to themselves. */
  async #checkRoot(options: unknown): Promise<void> {
    const root = (options as { root?: unknown } | null)?.root;
    if (typeof root === 'string') await this.#folders.check('data.options.root', resolve(root));
  }
}
