import { TaskweaveError } from '@taskweave/common';
import type { RoundHeader } from '@taskweave/contracts';
import type { TensorLayout } from './tensor-layout.js';

/** What a member expects of its right neighbour's header. */
export interface ExpectedHeader {
  /** Name of the right neighbour. */
  readonly right: string;
  /** This member's own header. */
  readonly header: RoundHeader;
  readonly layout: TensorLayout;
}

/** @throws TaskweaveError `MESSAGE_INVALID` saying where a header differs from what this member knows of the round */
export function checkHeader(found: RoundHeader, { right, header, layout }: ExpectedHeader): void {
  same('sender', found.sender, right);
  same('members', found.members.join(', '), header.members.join(', '));
  same('base', String(found.base), String(header.base));
  same('chunk_elements', String(found.chunkElements), String(header.chunkElements));
  const difference = layout.difference(found.tensors);
  if (difference !== undefined) same('tensors', difference.found, difference.expected);
}

function same(field: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new TaskweaveError({
    code: 'MESSAGE_INVALID',
    message: `Members disagree about the ${field} of a round.`,
    subject: field,
    found,
    expected,
  });
}
