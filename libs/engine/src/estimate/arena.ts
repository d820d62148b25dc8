/** Sizes are multiples of this. */
const GRAIN = 256;
const PAGE = 4096;
const MIB = 2 ** 20;
const FIRST_REGION = MIB;
const LARGEST_REGION = 1024 * MIB;
/** A chunk up to twice as large as asked for is handed out whole, unless this much would lie idle. */
const MOST_IDLE = 128 * MIB;

/** A piece of an arena's memory. */
export interface Chunk {
  readonly region: number;
  readonly offset: number;
  size: number;
  free: boolean;
  previous: Chunk | undefined;
  next: Chunk | undefined;
}

/**
 * Where onnxruntime's CPU arena (best fit with coalescing) puts things, without memory behind it. The arena takes
 * regions from the system, each twice as large as the one before, and never gives them back; of a region only the pages
 * that something has been written to are memory the process really has.
 */
export class Arena {
  readonly #free = new Set<Chunk>();
  /** For each region, which of its pages have been used. */
  readonly #pages: Uint8Array[] = [];
  #regionSize = FIRST_REGION;

  /** Bytes of pages that something has been put on. */
  get touchedBytes(): number {
    return this.#pages.reduce((sum, pages) => sum + PAGE * pages.reduce((used, page) => used + page, 0), 0);
  }

  /** Bytes taken from the system. */
  get reservedBytes(): number {
    return this.#pages.reduce((sum, { length }) => sum + PAGE * length, 0);
  }

  allocate(bytes: number): Chunk {
    const size = GRAIN * Math.max(1, Math.ceil(bytes / GRAIN));
    const chunk = this.#bestFit(size) ?? this.#extend(size);
    this.#free.delete(chunk);
    chunk.free = false;
    if (chunk.size >= 2 * size || chunk.size - size >= MOST_IDLE) this.#split(chunk, size);
    const { region, offset } = chunk;
    this.#pages[region]!.fill(1, Math.floor(offset / PAGE), Math.ceil((offset + bytes) / PAGE));
    return chunk;
  }

  release(chunk: Chunk): void {
    chunk.free = true;
    this.#free.add(chunk);
    if (chunk.next?.free === true) this.#merge(chunk, chunk.next);
    if (chunk.previous?.free === true) this.#merge(chunk.previous, chunk);
  }

  #bestFit(size: number): Chunk | undefined {
    let best: Chunk | undefined;
    for (const chunk of this.#free) {
      if (chunk.size >= size && (best === undefined || comesBefore(chunk, best))) best = chunk;
    }
    return best;
  }

  #extend(size: number): Chunk {
    const doubled = size <= this.#regionSize;
    // The size doubles with every region, whether an allocation is the reason or not.
    while (this.#regionSize < size) this.#regionSize *= 2;
    const region = this.#pages.push(new Uint8Array(this.#regionSize / PAGE)) - 1;
    const whole = { region, offset: 0, size: this.#regionSize, free: true };
    const next = doubled ? 2 * this.#regionSize : this.#regionSize;
    this.#regionSize = Math.min(LARGEST_REGION, next);
    return { ...whole, previous: undefined, next: undefined };
  }

  #split(chunk: Chunk, size: number): void {
    const { region, offset, next } = chunk;
    const rest: Chunk = {
      ...{ region, offset: offset + size, size: chunk.size - size, free: true },
      ...{ previous: chunk, next },
    };
    if (next !== undefined) next.previous = rest;
    chunk.next = rest;
    chunk.size = size;
    this.#free.add(rest);
  }

  #merge(chunk: Chunk, following: Chunk): void {
    this.#free.delete(following);
    chunk.size += following.size;
    chunk.next = following.next;
    if (following.next !== undefined) following.next.previous = chunk;
  }
}

/** Smaller chunks first, then lower addresses: the system puts each region below the one before. */
function comesBefore(a: Chunk, b: Chunk): boolean {
  if (a.size !== b.size) return a.size < b.size;
  return a.region === b.region ? a.offset < b.offset : a.region > b.region;
}
