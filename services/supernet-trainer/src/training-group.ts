import type { TrainRequest, TrainingMember } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import type { Shard } from '@taskweave/supernet';
import { randomUUID } from 'node:crypto';

/** Name of a trainer on its own. */
const ALONE = 'trainer-0';

/**
 * Who shares the steps of a training, as one of them sees it. All see the same: who is lost follows from the architect's
 * answers and from averages that were given up, which are the same for all. A member that is lost stays out.
 */
export class TrainingGroup {
  /** Of this setting out alone. */
  readonly session: string;
  /** Name of this trainer. */
  readonly self: string;
  /** All who set out, in the order in which batches are divided. */
  readonly all: readonly TrainingMember[];
  #left: readonly TrainingMember[];
  /** Who was left when all of them last agreed. */
  #agreed: readonly TrainingMember[];
  /** Found to be lost, and not told to the architect yet. */
  #untold: string[] = [];

  /** @throws TaskweaveError `MESSAGE_INVALID` when the request's group is none that this trainer is in */
  constructor({ group }: Pick<TrainRequest, 'group'>) {
    this.session = group?.session ?? randomUUID();
    this.self = group?.self ?? ALONE;
    this.all = group?.members ?? [{ name: ALONE, address: '' }];
    this.#left = this.all;
    this.#agreed = this.all;
    if (group !== undefined) checkGroup(this);
  }

  /** The members left, in order. */
  get left(): readonly TrainingMember[] {
    return this.#left;
  }

  get names(): string[] {
    return this.#left.map(({ name }) => name);
  }

  /** This trainer's part of every batch. */
  get shard(): Shard {
    return { index: this.names.indexOf(this.self), count: this.#left.length };
  }

  /** How many were lost: grows whenever the members are others. */
  get epoch(): number {
    return this.all.length - this.#left.length;
  }

  /** Whether this trainer writes the checkpoints: the first one left does. */
  get leads(): boolean {
    return this.#left[0]!.name === this.self;
  }

  /** Names of those who were lost. */
  get lost(): string[] {
    return this.all.filter((member) => !this.#left.includes(member)).map(({ name }) => name);
  }

  /** Takes note that all who are left have the same in mind: an average has succeeded, or the architect has said so. */
  agree(): void {
    this.#agreed = this.#left;
  }

  /** Goes on without members that the architect has given up. */
  goOnWithout(names: readonly string[]): void {
    this.#remove(names);
    this.agree();
  }

  /**
   * Goes on without a member that was lost over an average, which the architect has to hear.
   *
   * @throws TaskweaveError `MEMBER_LOST` when too few are left: should the lost one be well and think the same of the
   *   others, only one side may go on, the one with more members, or with the first one of all
   */
  lose(name: string): void {
    this.#untold.push(name);
    this.#remove([name]);
    const share = this.#left.length / this.#agreed.length;
    if (share > 0.5 || (share === 0.5 && this.#left[0] === this.#agreed[0])) return;
    throw new TaskweaveError({
      code: 'MEMBER_LOST',
      message: `${this.self} lost contact to ${name}, and cannot tell which of them is to go on.`,
      subject: this.self,
      found: `${this.#left.length} of ${this.#agreed.length} trainers`,
      expected: 'more than half of them, or half with the first one',
    });
  }

  /** Those whom the architect has to be told of; each once. */
  takeUntold(): string[] {
    const untold = this.#untold;
    this.#untold = [];
    return untold;
  }

  #remove(names: readonly string[]): void {
    if (names.length > 0) this.#left = this.#left.filter(({ name }) => !names.includes(name));
    if (this.names.includes(this.self)) return;
    throw new TaskweaveError({
      code: 'MEMBER_LOST',
      message: `The other trainers went on without ${this.self}.`,
      subject: this.self,
      found: this.names.join(', '),
    });
  }
}

function checkGroup({ session, self, all }: TrainingGroup): void {
  const unusable = (subject: string, found: string, expected: string): TaskweaveError =>
    new TaskweaveError({
      code: 'MESSAGE_INVALID',
      message: 'A group of trainers cannot be formed.',
      subject: `group.${subject}`,
      found,
      expected,
    });
  if (session === '') throw unusable('session', 'nothing', 'a name chosen anew for every setting out');
  const names = all.map(({ name }) => name);
  if (new Set(names).size < names.length) throw unusable('members', names.join(', '), 'each name once');
  if (!names.includes(self)) throw unusable('self', self, `one of ${names.join(', ') || 'the members'}`);
  const nameless = all.find(({ name, address }) => name === '' || address === '');
  if (nameless !== undefined) {
    throw unusable('members', `${nameless.name || 'no name'} at ${nameless.address || 'no address'}`, 'both');
  }
}
