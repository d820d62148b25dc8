import type { ErrorDetails } from '@taskweave/common';

/** What a service process tells the process that forked it, once, when its start is over. */
export type ProcessMessage =
  { taskweave: 'listening'; name: string; address: string } | { taskweave: 'failed'; error: ErrorDetails };

/** True for a message of ours; other code in the child may send messages too. */
export function isProcessMessage(message: unknown): message is ProcessMessage {
  return typeof message === 'object' && message !== null && 'taskweave' in message;
}
