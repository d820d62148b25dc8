/** A member in a process of its own, for tests that kill or stop it. Its parent tells it what to average. */
import { TaskweaveError, type ErrorDetails } from '@taskweave/common';
import { startServer } from '@taskweave/service-kit';
import { Collective } from '../collective.js';
import type { RingMember } from '../round-peers.js';

export interface MemberOrder {
  readonly members: readonly RingMember[];
  readonly epoch: number;
  /** Number of the first round. */
  readonly round: number;
  readonly elements: number;
  readonly value: number;
  /** Rounds, one after the other. */
  readonly times: number;
}

export type MemberMessage =
  | { readonly kind: 'listening'; readonly address: string }
  /** All rounds are over; the last mean's first element. */
  | { readonly kind: 'averaged'; readonly mean: number }
  | { readonly kind: 'failed'; readonly error: ErrorDetails };

const [name = 'member', silenceMs = '10000', probeMs = '2000'] = process.argv.slice(2);
const collective = new Collective({ name, silenceMs: Number(silenceMs), probeMs: Number(probeMs) });
const server = await startServer({ name, services: [collective.service] });
const tell = (message: MemberMessage): void => void process.send!(message);

async function average({ members, epoch, round, elements, value, times }: MemberOrder): Promise<void> {
  const data = new Float32Array(elements).fill(value);
  let mean = NaN;
  for (let i = 0; i < times; i++) {
    const [result] = await collective.average({
      group: 'test',
      epoch,
      round: round + i,
      base: round + i,
      members,
      tensors: [{ name: 'x', shape: [elements], data }],
    });
    mean = result!.data[0] ?? NaN;
  }
  tell({ kind: 'averaged', mean });
}

process.on('message', (order: MemberOrder) => {
  average(order).catch((error: unknown) =>
    tell({ kind: 'failed', error: TaskweaveError.from(error).toDetails() }),
  );
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'listening', address: server.address });
