import { TaskweaveError } from '@taskweave/common';
import {
  RingToken,
  RoundState,
  type DrawResponse,
  type RoundFailure,
  type RoundHeader,
  type RoundKey,
} from '@taskweave/contracts';
import { findCulprit, type Suspicion } from './culprit.js';
import { DrawSink } from './draw-sink.js';
import type { RoundPeers } from './round-peers.js';
import { failureError, failureOf, lost } from './round-failure.js';
import type { RingTransfer } from './ring-transfer.js';
import { Signal } from './signal.js';

export interface RoundOptions {
  readonly key: RoundKey;
  /** Names in ring order; at least two. */
  readonly members: readonly string[];
  /** This member's place among them. */
  readonly position: number;
  /** What this member tells its left neighbour. */
  readonly header: RoundHeader;
  readonly transfer: RingTransfer;
  readonly peers: RoundPeers;
  /** Milliseconds without a message from the left neighbour after which somebody is given up. */
  readonly silenceMs: number;
}

/** Ends a call whose round is over. */
function lateMessage(): TaskweaveError {
  return new TaskweaveError({ code: 'STOPPED', message: 'The round is over.' });
}

/** Errors of a call that say nothing but that it broke. */
const BROKEN: readonly string[] = ['SERVICE_UNAVAILABLE', 'STOPPED', 'MEMBER_LOST'];

/**
 * One member's part in one round. It succeeds everywhere or nowhere: the first member decides, when the token COMPLETE
 * has come round to it. Until then anybody may give the round up, and whoever does so tells all others. A member that
 * has passed the token on and loses contact must ask how the first one decided.
 */
export class Round {
  readonly key: RoundKey;
  readonly #options: RoundOptions;
  readonly #changed = new Signal();
  readonly #silence: NodeJS.Timeout;
  readonly #left: number;
  readonly #right: number;
  #state: RoundState = RoundState.WORKING;
  #failure: RoundFailure | undefined;
  #serving = false;
  #investigating = false;
  #completeArrived = false;
  /** Set once another member was told that this one has not heard COMMIT: it must not take it in any more. */
  #frozen = false;

  constructor(options: RoundOptions) {
    const { key, members, position, silenceMs } = options;
    this.key = key;
    this.#options = options;
    this.#left = (position + members.length - 1) % members.length;
    this.#right = (position + 1) % members.length;
    this.#silence = setTimeout(() => this.#lostContact(this.#left, { silentMs: silenceMs }), silenceMs);
  }

  /** This member's place among the round's. */
  get position(): number {
    return this.#options.position;
  }

  get state(): RoundState {
    return this.#state;
  }

  /** Why the round was aborted; undefined unless it was. */
  get failure(): RoundFailure | undefined {
    return this.#failure;
  }

  get #settled(): boolean {
    return this.#state === RoundState.COMMITTED || this.#state === RoundState.ABORTED;
  }

  /**
   * Takes part until the round has succeeded on all members.
   *
   * @throws TaskweaveError that of {@link failureError} once it is given up
   */
  async run(): Promise<void> {
    const { peers, header, transfer } = this.#options;
    const sink = new DrawSink({
      place: (chunk, bytes) => this.#checked(() => transfer.place(chunk, bytes)),
      placed: () => this.#checked(() => transfer.placed()),
      token: (token) => this.#checked(() => this.#take(token)),
    });
    const call = peers.draw(this.#left, header, sink);
    call.ended.then(
      () => this.#lostContact(this.#left, 'broken'),
      (error: unknown) => this.#ended(TaskweaveError.from(error)),
    );
    await this.#until(() => this.#settled);
    call.finish(this.#state === RoundState.COMMITTED);
    if (this.#failure !== undefined) throw failureError(this.key, this.#failure);
  }

  /**
   * Gives the round up, if that is still open. A member that has passed COMPLETE on no longer takes part in what others
   * decide; it asks.
   *
   * @param tell whether all others have to be told
   */
  abort(failure: RoundFailure, { tell = true } = {}): void {
    if (this.#settled) return;
    if (this.#state === RoundState.COMPLETE) {
      this.#frozen = true;
      if (!this.#investigating) void this.#resolve(failure);
      this.#investigating = true;
      return;
    }
    this.#failure = failure;
    this.#settle(RoundState.ABORTED);
    if (!tell) return;
    const { members, position, peers } = this.#options;
    for (const other of members.keys()) if (other !== position) void peers.abortRound(other, failure);
  }

  /**
   * What the right neighbour is sent, in order; ends when the round has succeeded here.
   *
   * @param signal aborts when that neighbour goes away
   * @throws TaskweaveError `MESSAGE_INVALID` for a second call; that of {@link failureError} once the round is given up
   */
  async *serve(signal: AbortSignal): AsyncGenerator<DrawResponse, void, void> {
    if (this.#serving) {
      throw new TaskweaveError({
        code: 'MESSAGE_INVALID',
        message: 'A member called twice in one round.',
        subject: this.#options.members[this.#right]!,
      });
    }
    this.#serving = true;
    const gone = (): void => this.#lostContact(this.#right, 'broken');
    signal.addEventListener('abort', gone);
    if (signal.aborted) gone();
    try {
      for await (const message of this.#messages()) yield { message };
      await this.#until(() => this.#settled);
    } finally {
      signal.removeEventListener('abort', gone);
    }
    if (this.#failure !== undefined) throw failureError(this.key, this.#failure);
  }

  /** Takes in something of the left neighbour's; what is wrong with it gives the round up. */
  #checked<T>(take: () => T): T {
    // The call is about to be ended.
    if (this.#settled) throw lateMessage();
    this.#silence.refresh();
    try {
      return take();
    } catch (thrown) {
      const error = TaskweaveError.from(thrown);
      const member = error.code === 'NOT_FINITE' ? '' : this.#options.members[this.#left]!;
      this.abort(failureOf(error, member));
      throw error;
    } finally {
      this.#changed.notify();
    }
  }

  #take(token: RingToken | undefined): void {
    const { transfer, position } = this.#options;
    if (transfer.complete) {
      if (token === RingToken.COMPLETE && !this.#completeArrived) {
        this.#completeArrived = true;
        if (position === 0) this.#settle(RoundState.COMMITTED);
        return;
      }
      if (token === RingToken.COMMIT && this.#state === RoundState.COMPLETE) {
        if (!this.#frozen) this.#settle(RoundState.COMMITTED);
        return;
      }
    }
    throw new TaskweaveError({
      code: 'MESSAGE_INVALID',
      message: 'A message of a round came out of order.',
      found: token === undefined ? 'nothing' : `token ${token}`,
      expected: transfer.complete ? 'the next token' : 'a chunk',
    });
  }

  async *#messages(): AsyncGenerator<NonNullable<DrawResponse['message']>, void, void> {
    const { transfer, position } = this.#options;
    for (const [index, chunk] of transfer.outgoing.entries()) {
      if (!transfer.canSend(index)) await this.#until(() => transfer.canSend(index) || this.#settled);
      if (this.#settled) return;
      yield { $case: 'chunk', value: transfer.message(chunk) };
    }
    await this.#until(() => (position === 0 ? transfer.complete : this.#completeArrived) || this.#settled);
    if (this.#settled) return;
    // From here on the first member may decide that the round has succeeded.
    if (position !== 0) this.#state = RoundState.COMPLETE;
    yield { $case: 'token', value: RingToken.COMPLETE };
    await this.#until(() => this.#settled);
    if (this.#state === RoundState.COMMITTED && this.#right !== 0) {
      yield { $case: 'token', value: RingToken.COMMIT };
    }
  }

  /** The left neighbour's call ended before the round was over, with a status or because of what it said. */
  async #ended(error: TaskweaveError): Promise<void> {
    if (this.#settled) return;
    if (BROKEN.includes(error.code)) return this.#lostContact(this.#left, 'broken');
    // Unless it passes on how the round has failed, it has refused this member's header, or failed by itself.
    const { members, position, peers } = this.#options;
    const known = await peers.getRound(this.#left);
    if (this.#settled) return;
    const failed = known?.state === RoundState.ABORTED ? known.failure : undefined;
    const refused = ['MESSAGE_INVALID', 'ROUND_UNKNOWN'].includes(error.code);
    this.abort(failed ?? failureOf(error, members[refused ? position : this.#left]!));
  }

  #lostContact(suspect: number, contact: Suspicion['contact']): void {
    if (this.#settled || this.#investigating) return;
    this.#investigating = true;
    void this.#investigate(suspect, contact);
  }

  async #investigate(suspect: number, contact: Suspicion['contact']): Promise<void> {
    const { members, position: self, peers } = this.#options;
    const ask = (position: number) => peers.getRound(position);
    const failure = await findCulprit({ members, self, suspect, contact, ask });
    if (this.#state === RoundState.COMPLETE) await this.#resolve(failure);
    else this.abort(failure);
  }

  /** Ends a round whose means this member has: as it ended elsewhere. */
  async #resolve(failure: RoundFailure): Promise<void> {
    const committed = await this.#wasCommitted(failure);
    if (this.#settled) return;
    if (!committed) this.#failure = failure;
    this.#settle(committed ? RoundState.COMMITTED : RoundState.ABORTED);
  }

  /**
   * How the first member decided. Should it be lost, all others are asked, which stops them from taking a decision that
   * is still on its way to them: so all survivors find the same, whether one of them had been told or none.
   */
  async #wasCommitted(failure: RoundFailure): Promise<boolean> {
    const { members, position, peers } = this.#options;
    const first = await peers.abortRound(0, failure);
    // A process that was started again does not know any more.
    const knows = first !== undefined && first.state !== RoundState.UNKNOWN;
    if (knows) return first.state === RoundState.COMMITTED;
    this.#frozen = true;
    const others = [...members.keys()].filter((other) => other !== 0 && other !== position);
    const answers = await Promise.all(others.map((other) => peers.abortRound(other, failure)));
    return answers.some((answer) => answer?.state === RoundState.COMMITTED);
  }

  #settle(state: RoundState): void {
    this.#state = state;
    clearTimeout(this.#silence);
    this.#changed.notify();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.next();
  }

  /** Gives the round up because this member wants to. */
  stop(): void {
    const { members, position } = this.#options;
    this.abort(lost(members[position]!, 'it left the round'));
  }
}
