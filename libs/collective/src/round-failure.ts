import { TaskweaveError, type ErrorCode } from '@taskweave/common';
import type { RoundFailure, RoundKey } from '@taskweave/contracts';

/** The failures a round can have; what another member calls anything else is `INTERNAL`. */
const CODES: readonly ErrorCode[] = [
  'MEMBER_LOST',
  'NOT_FINITE',
  'MESSAGE_INVALID',
  'ROUND_UNKNOWN',
  'STOPPED',
  'INTERNAL',
];

/** `taskweave / round 7 of epoch 2`, as messages name a round. */
export function describeKey({ group, epoch, round }: RoundKey): string {
  return `${group}, round ${round} of epoch ${epoch}`;
}

export function lost(member: string, reason: string): RoundFailure {
  return { code: 'MEMBER_LOST', member, reason };
}

/** What the average of an aborted round throws: its subject is the member at fault, if it is one's. */
export function failureError(key: RoundKey, { code, member, reason }: RoundFailure): TaskweaveError {
  return new TaskweaveError({
    code: CODES.find((known) => known === code) ?? 'INTERNAL',
    message: `The average was given up${member === '' ? '' : ` over ${member}`}: ${reason}.`,
    subject: member === '' ? describeKey(key) : member,
    found: describeKey(key),
    ...(code === 'MEMBER_LOST' && {
      action: 'Repeat the round in a new epoch with the other members; their values are as they were.',
    }),
  });
}

/** The failure that a refused message is to everybody else. */
export function failureOf(error: TaskweaveError, member: string): RoundFailure {
  const { code, message, subject, found, expected } = error;
  const details = [subject, found && `found ${found}`, expected && `expected ${expected}`].filter(Boolean);
  const reason = message.replace(/\.$/, '') + (details.length > 0 ? ` (${details.join('; ')})` : '');
  return { code, member, reason };
}

/** The member to leave out when the round is repeated; undefined when the error is another. */
export function lostMember(error: unknown): string | undefined {
  return error instanceof TaskweaveError && error.code === 'MEMBER_LOST' ? error.subject : undefined;
}
