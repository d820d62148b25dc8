import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import {
  RoundState,
  type CollectiveServiceServer,
  type DrawRequest,
  type DrawResponse,
  type RoundHeader,
  type RoundKey,
} from '@taskweave/contracts';
import { serverStream, unary } from '@taskweave/service-kit';
import { checkHeader, type ExpectedHeader } from './round-header.js';
import { Round } from './round.js';
import { RoundBook } from './round-book.js';
import { Connections, RoundPeers, type RingMember } from './round-peers.js';
import { lost } from './round-failure.js';
import { CHUNK_ELEMENTS, RingTransfer } from './ring-transfer.js';
import { TensorLayout, type Float32Tensor } from './tensor-layout.js';
import { collectiveDefinition } from './wire.js';

export interface CollectiveOptions {
  /** This member's name, as the lists of members have it, unless an average says another. */
  readonly name: string;
  /** Milliseconds without a message after which a member is given up, 1 or more, unless an average says so. @default 10000 */
  readonly silenceMs?: number;
  /** Milliseconds that a neighbour may wait for this member to enter a round. @default twice silenceMs */
  readonly patienceMs?: number;
  /** Milliseconds that a member has to answer when asked how a round stands. @default 2000 */
  readonly probeMs?: number;
  /** Elements in a full chunk; the same on all members. @default 65536 (256 KiB) */
  readonly chunkElements?: number;
}

export interface AverageRequest {
  /** This member's name among the members. @default the collective's */
  readonly name?: string;
  /** What belongs together, e.g. a run. */
  readonly group: string;
  /** Number of the membership: greater whenever the list of members is another, or a round is repeated. */
  readonly epoch: number;
  /** Number of the average. */
  readonly round: number;
  /** The average that these values are based on: members with another history do not mix. @default 0 */
  readonly base?: number;
  /** Everybody who takes part, this one included, in ring order: the same list on all members. */
  readonly members: readonly RingMember[];
  /** The same names and shapes in the same order on all members. Not changed, whatever comes. */
  readonly tensors: readonly Float32Tensor[];
  /** Milliseconds without a message after which a member is given up. @default the collective's */
  readonly silenceMs?: number;
  /** Aborting it gives the round up. */
  readonly signal?: AbortSignal;
}

/**
 * A member of ring all-reduces: a gRPC service for its right neighbour, a client of its left one.
 *
 * @example
 * const collective = new Collective({ name: 'trainer-0' });
 * const server = await startServer({ name: 'trainer', services: [collective.service] });
 * const means = await collective.average({ group: run, epoch: 0, round: 0, members, tensors });
 */
export class Collective {
  readonly #name: string;
  readonly #silenceMs: number;
  readonly #probeMs: number;
  readonly #chunkElements: number;
  readonly #connections = new Connections();
  readonly #book: RoundBook<{ round: Round; expected: ExpectedHeader }>;

  /** By group. */
  readonly #joined = new Map<string, Float32Array>();

  constructor(options: CollectiveOptions) {
    this.#name = options.name;
    this.#silenceMs = options.silenceMs ?? 10_000;
    this.#probeMs = options.probeMs ?? 2_000;
    this.#chunkElements = options.chunkElements ?? CHUNK_ELEMENTS;
    // A neighbour that waits in vain gives up first, and finds out who is at fault.
    this.#book = new RoundBook(options.patienceMs ?? 2 * this.#silenceMs);
  }

  /** For `startServer`: what the other members call. */
  get service(): { definition: typeof collectiveDefinition; implementation: CollectiveServiceServer } {
    const draw = (request: DrawRequest, signal: AbortSignal): AsyncGenerator<DrawResponse, void, void> =>
      this.#draw(request, signal);
    return {
      definition: collectiveDefinition,
      implementation: {
        draw: serverStream((request, { signal }) => draw(request, signal)),
        getRound: unary(({ key }) => this.#standing(key)),
        abortRound: unary(({ key, failure }) => {
          const known = key && this.#book.current(key);
          known?.round.abort(failure ?? lost('', 'another member gave it up'), { tell: false });
          return this.#standing(key);
        }),
      },
    };
  }

  /**
   * The element-wise mean over all members: the same bits on each, whatever the timing.
   *
   * @returns tensors of the same names and shapes, once the round has succeeded on all members. They are views of memory
   *   that the group's next average writes to, unless it is given one of them
   * @throws TaskweaveError `MEMBER_LOST` naming the member at fault ({@link lostMember}), on all survivors: they can
   *   repeat the round without it in a greater epoch. `NOT_FINITE` for values or sums that are none. `MESSAGE_INVALID`,
   *   `ROUND_UNKNOWN` when members disagree about the round. `INTERNAL` for a request that cannot be
   */
  async average(request: AverageRequest): Promise<NamedTensor[]> {
    const { group, epoch, round, members, tensors, base = 0, signal } = request;
    const { name = this.#name, silenceMs = this.#silenceMs } = request;
    const key: RoundKey = { group, epoch, round };
    const names = members.map(({ name }) => name);
    const position = names.indexOf(name);
    if (position < 0 || new Set(names).size < names.length) {
      throw new TaskweaveError({
        code: 'INTERNAL',
        message: 'The members of a round must be named once each, this one among them.',
        subject: name,
        found: names.join(', '),
      });
    }
    const layout = new TensorLayout(tensors);
    const joined = this.#memory(group, layout.elements, tensors);
    layout.join(tensors, joined);
    // The mean of one: nothing to add, nobody to ask.
    if (members.length === 1) return layout.split(joined);

    const chunkElements = this.#chunkElements;
    const header: RoundHeader = {
      key,
      sender: name,
      members: names,
      base,
      tensors: [...layout.infos],
      chunkElements,
    };
    const ring = new Round({
      key,
      members: names,
      position,
      header,
      transfer: new RingTransfer(layout, joined, members.length, position, chunkElements),
      peers: new RoundPeers(key, members, { connections: this.#connections, probeMs: this.#probeMs }),
      silenceMs,
    });
    const right = names[(position + 1) % names.length]!;
    const stop = (): void => ring.stop();
    this.#book.enter(key, { round: ring, expected: { right, header, layout } });
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
    try {
      await ring.run();
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#book.leave(key, ring);
    }
    return layout.split(joined);
  }

  /** Frees the memory of a group that is in no round. How its last rounds ended is still told to others who ask. */
  release(group: string): void {
    this.#joined.delete(group);
  }

  /**
   * The memory that a group's values are joined in. That of the round before is used again: taking hundreds of megabytes
   * from the system and giving them back would cost as much as sending them.
   */
  #memory(group: string, elements: number, tensors: readonly Float32Tensor[]): Float32Array {
    const known = this.#joined.get(group);
    const given = tensors.some(({ data }) => data.buffer === known?.buffer);
    if (known?.length === elements && !given) return known;
    const joined = new Float32Array(elements);
    this.#joined.set(group, joined);
    return joined;
  }

  /** Waits for what is still being said to others, a few seconds at most, and closes all connections. */
  async close(): Promise<void> {
    this.#book.close();
    await this.#connections.close();
  }

  async *#draw({ header }: DrawRequest, signal: AbortSignal): AsyncGenerator<DrawResponse, void, void> {
    if (header?.key === undefined) {
      throw new TaskweaveError({
        code: 'MESSAGE_INVALID',
        message: 'A call of a round needs a header.',
        found: header === undefined ? 'no header' : 'a header without a key',
        expected: 'a header with a key',
      });
    }
    const { round, expected } = await this.#book.entered(header.key, signal);
    checkHeader(header, expected);
    yield* round.serve(signal);
  }

  #standing(key: RoundKey | undefined): Pick<Round, 'state' | 'failure'> {
    const known = key && this.#book.standing(key);
    if (known !== undefined) return { state: known.state, failure: known.failure };
    // Held up in an earlier round, this member is no straggler: whoever asks must look further left for the one at fault.
    const busy = key !== undefined && this.#book.isBusyBefore(key);
    return { state: busy ? RoundState.WORKING : RoundState.UNKNOWN, failure: undefined };
  }
}
