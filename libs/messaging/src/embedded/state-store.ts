import type { Json } from '@taskweave/common';
import { join } from 'node:path';
import type { Subscription } from '../event-bus.js';
import { checkDotted, toText } from '../names.js';
import { SerialHandler } from '../serial-handler.js';
import { ABSENT, type StateChange, type StateEntry, type StateStore } from '../state-store.js';
import { AppendLog } from './append-log.js';

/** A change as it stands in the log. Without a value the key was deleted. */
interface StateRecord {
  readonly key: string;
  /** JSON text, as it is kept: nobody can change a stored value from outside. */
  readonly text?: string;
  readonly revision: number;
}

interface Watcher {
  readonly matches: (key: string) => boolean;
  readonly handler: SerialHandler<StateChange>;
}

/** Values by key in a file of one folder, for this process. */
export class EmbeddedStateStore implements StateStore {
  #log!: AppendLog;
  readonly #entries = new Map<string, { text: string; revision: number }>();
  readonly #watchers = new Set<Watcher>();
  #revision = 0;

  private constructor() {}

  /** @throws TaskweaveError `FILE_DAMAGED`, `OUTPUT_NOT_WRITABLE` */
  static async open(folder: string): Promise<EmbeddedStateStore> {
    const store = new EmbeddedStateStore();
    store.#log = await AppendLog.open(join(folder, 'state.log'), {
      replay: (record) => store.#apply(record as unknown as StateRecord),
      snapshot: () => store.#snapshot(),
    });
    return store;
  }

  async get(key: string): Promise<StateEntry | undefined> {
    checkDotted('key', key);
    this.#check();
    const entry = this.#entries.get(key);
    return entry && { key, value: JSON.parse(entry.text) as Json, revision: entry.revision };
  }

  async put(key: string, value: Json): Promise<number> {
    checkDotted('key', key);
    return this.#change(key, toText(key, value));
  }

  async compareAndSet(key: string, value: Json, revision: number): Promise<number | undefined> {
    checkDotted('key', key);
    const text = toText(key, value);
    this.#check();
    if ((this.#entries.get(key)?.revision ?? ABSENT) !== revision) return undefined;
    return this.#change(key, text);
  }

  async delete(key: string, revision?: number): Promise<boolean> {
    checkDotted('key', key);
    this.#check();
    const entry = this.#entries.get(key);
    if (revision !== undefined && revision !== (entry?.revision ?? ABSENT)) return false;
    if (entry !== undefined) await this.#change(key);
    return true;
  }

  async keys(below = ''): Promise<string[]> {
    const matches = isBelow(below);
    this.#check();
    return [...this.#entries.keys()].filter(matches).sort();
  }

  async watch(
    scope: { readonly key: string } | { readonly below: string },
    handle: (change: StateChange) => void | Promise<void>,
    onFailure: (thrown: unknown) => void,
  ): Promise<Subscription> {
    if ('key' in scope) checkDotted('key', scope.key);
    const matches = 'key' in scope ? (key: string) => key === scope.key : isBelow(scope.below);
    const handler = new SerialHandler(handle, onFailure);
    for (const [key, { text, revision }] of [...this.#entries].sort(
      (a, b) => a[1].revision - b[1].revision,
    )) {
      if (matches(key)) handler.push({ key, value: JSON.parse(text) as Json, revision });
    }
    const watcher = { matches, handler };
    this.#watchers.add(watcher);
    return {
      stop: async () => {
        this.#watchers.delete(watcher);
        await handler.stop();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watchers].map(({ handler }) => handler.stop()));
    this.#watchers.clear();
    await this.#log.close();
  }

  /** Memory may be ahead of a disk that refused, so nothing is told from it then. */
  #check(): void {
    if (this.#log.failure !== undefined) throw this.#log.failure;
  }

  async #change(key: string, text?: string): Promise<number> {
    this.#check();
    const revision = this.#revision + 1;
    const record: StateRecord = { key, ...(text !== undefined && { text }), revision };
    this.#apply(record);
    await this.#log.append(record as unknown as Json);
    const change = { key, ...(text !== undefined && { value: JSON.parse(text) as Json }), revision };
    for (const { matches, handler } of this.#watchers) if (matches(key)) handler.push(change);
    return revision;
  }

  #apply({ key, text, revision }: StateRecord): void {
    if (text === undefined) this.#entries.delete(key);
    else this.#entries.set(key, { text, revision });
    this.#revision = revision;
  }

  /** Revisions go on from the last one, also where that was of a key that is gone. */
  *#snapshot(): Generator<Json> {
    const entries = [...this.#entries].sort((a, b) => a[1].revision - b[1].revision);
    for (const [key, entry] of entries) yield { key, ...entry };
    if ((entries.at(-1)?.[1].revision ?? 0) < this.#revision) yield { key: '', revision: this.#revision };
  }
}

function isBelow(prefix: string): (key: string) => boolean {
  if (prefix === '') return () => true;
  checkDotted('key', prefix);
  return (key) => key.startsWith(`${prefix}.`);
}
