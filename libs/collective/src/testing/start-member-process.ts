import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { TaskweaveError } from '@taskweave/common';
import type { MemberMessage, MemberOrder } from './member-process.js';
import type { RingMember } from '../round-peers.js';

/** A member in a process of its own, seen from its parent. */
export interface MemberProcess extends RingMember {
  readonly child: ChildProcess;
  /** @throws TaskweaveError what the average threw there */
  average(order: MemberOrder): Promise<{ mean: number }>;
  stop(): Promise<void>;
}

function nextMessage(child: ChildProcess): Promise<MemberMessage> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as MemberMessage));
    child.once('exit', () => reject(new Error('the member process ended')));
  });
}

export async function startMemberProcess(
  name: string,
  { silenceMs = 10_000, probeMs = 2_000 } = {},
): Promise<MemberProcess> {
  const main = createRequire(import.meta.url).resolve('@taskweave/collective/testing/member-process');
  const child = fork(main, [name, String(silenceMs), String(probeMs)], { execArgv: [] });
  const first = await nextMessage(child);
  if (first.kind !== 'listening') throw new Error(`a member process began with ${first.kind}`);
  return {
    name,
    address: first.address,
    child,
    async average(order) {
      child.send(order);
      const message = await nextMessage(child);
      if (message.kind === 'failed') throw new TaskweaveError(message.error);
      if (message.kind !== 'averaged') throw new Error(`a member process answered ${message.kind}`);
      return message;
    },
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
