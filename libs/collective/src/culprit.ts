import { RoundState, type GetRoundResponse, type RoundFailure } from '@taskweave/contracts';
import { lost } from './round-failure.js';

export interface Suspicion {
  /** Names in ring order. */
  readonly members: readonly string[];
  /** Position of the member that asks. */
  readonly self: number;
  /** Position of the neighbour it lost contact with. */
  readonly suspect: number;
  /** The neighbour's call ended, or it sent nothing for some time. */
  readonly contact: 'broken' | { readonly silentMs: number };
  /** How the round stands with a member; undefined when it does not answer. */
  ask(position: number): Promise<Pick<GetRoundResponse, 'state' | 'failure'> | undefined>;
}

/**
 * Finds out who is at fault. On a ring everybody waits for the left neighbour, so one member that stands still makes all
 * silent: whoever answers that it is waiting itself is passed over for its own left neighbour.
 */
export async function findCulprit({
  members,
  self,
  suspect,
  contact,
  ask,
}: Suspicion): Promise<RoundFailure> {
  const name = members[suspect]!;
  const size = members.length;
  for (let position = suspect; position !== self; position = (position + size - 1) % size) {
    const member = members[position]!;
    const answer = await ask(position);
    if (answer === undefined) return lost(member, 'it does not answer');
    if (answer.state === RoundState.ABORTED && answer.failure !== undefined) return answer.failure;
    if (contact === 'broken') return lost(member, 'the connection to it broke');
    if (answer.state === RoundState.UNKNOWN) {
      return lost(member, `it did not enter the round within ${contact.silentMs} ms`);
    }
  }
  return contact === 'broken'
    ? lost(name, 'the connection to it broke')
    : lost(name, `it sent nothing for ${contact.silentMs} ms, though every member answers`);
}
