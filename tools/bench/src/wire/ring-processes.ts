import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TaskweaveError } from '@taskweave/common';
import type { RingOrder, RingReply } from './ring-messages.js';

interface Member {
  readonly name: string;
  readonly child: ChildProcess;
  readonly address: string;
  readonly port: number;
  readonly http2Port: number;
}

/** Processes on a ring. Each is told to do the same, and the slowest one's time counts. */
export class RingProcesses {
  readonly #members: readonly Member[];
  #round = 0;

  private constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** @param size number of processes, at least 2 */
  static async start(size: number): Promise<RingProcesses> {
    const names = Array.from({ length: size }, (_, i) => `member-${i}`);
    return new RingProcesses(await Promise.all(names.map(startMember)));
  }

  /** Milliseconds in which every process sends `bytes` over TCP and receives as many. */
  raw(bytes: number): Promise<number> {
    return this.#slowest((i) => ({ kind: 'raw', port: this.#right(i).port, bytes }));
  }

  /** The same over HTTP/2 without gRPC. */
  http2(bytes: number): Promise<number> {
    return this.#slowest((i) => ({ kind: 'http2', port: this.#right(i).http2Port, bytes }));
  }

  /** Milliseconds of an average of float32 tensors of `elements` elements. */
  average(elements: number): Promise<number> {
    const round = this.#round++;
    const members = this.#members.map(({ name, address }) => ({ name, address }));
    return this.#slowest(() => ({ kind: 'average', members, round, elements }));
  }

  stop(): void {
    for (const { child } of this.#members) child.disconnect();
  }

  #right(i: number): Member {
    return this.#members[(i + 1) % this.#members.length]!;
  }

  async #slowest(order: (i: number) => RingOrder): Promise<number> {
    const times = this.#members.map(async ({ child }, i) => {
      child.send(order(i));
      const reply = await nextReply(child);
      if (reply.kind === 'done') return reply.milliseconds;
      throw failed(reply.kind === 'failed' ? reply.message : reply.kind);
    });
    return Math.max(...(await Promise.all(times)));
  }
}

async function startMember(name: string): Promise<Member> {
  // From dist also when this file runs from its source, as in tests.
  const main = fileURLToPath(new URL('../../dist/wire/ring-process.js', import.meta.url));
  const child = fork(main, [name], { execArgv: [] });
  const reply = await nextReply(child);
  if (reply.kind !== 'listening') throw failed(reply.kind);
  const { address, port, http2Port } = reply;
  return { name, child, address, port, http2Port };
}

function nextReply(child: ChildProcess): Promise<RingReply> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(failed('it ended'));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as RingReply);
    });
  });
}

function failed(found: string): TaskweaveError {
  return new TaskweaveError({ code: 'INTERNAL', message: 'A process of the benchmark failed.', found });
}
