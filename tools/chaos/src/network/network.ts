import { randomStream, type RandomStream } from '@taskweave/common';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ClockJump, Listening, Opening } from '../inside/lab-messages.js';
import { Flow, type Passage } from './flow.js';
import { lateness, type Impairment } from './impairment.js';

/** A process that told of itself. */
interface Known {
  readonly service: string;
  readonly line: Socket;
}

interface Link {
  readonly pid: number;
  readonly port: number;
  readonly near: Socket;
  readonly far: Socket | undefined;
}

/**
 * Stands between the processes of a cluster: all their TCP connections on this machine go through here, so that any two
 * can be kept apart or slowed down, without rights of any kind. Works on what `inside/main.ts` does in each process.
 */
export class Network {
  readonly #server: Server;
  readonly #random: RandomStream;
  readonly #nameOf: (pid: number) => string | undefined;
  readonly #processes = new Map<number, Known>();
  /** Who listens where: a process id, or a name for what is none of the cluster's. */
  readonly #ports = new Map<number, number | string>();
  readonly #links = new Set<Link>();
  readonly #impairments = new Set<Impairment>();
  readonly #waiting = new Set<() => void>();
  #draws = 0;

  private constructor(server: Server, seed: number, nameOf: (pid: number) => string | undefined) {
    this.#server = server;
    this.#random = randomStream(seed, 'chaos/network', 0);
    this.#nameOf = nameOf;
    server.on('connection', (socket) => void this.#accept(socket));
  }

  /**
   * @param seed keys how late data comes
   * @param nameOf a process's name where several are of one service; undefined when it is not known
   */
  static async open(seed: number, nameOf: (pid: number) => string | undefined): Promise<Network> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Network(server, seed, nameOf);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Names what listens on a port without being a process of the cluster. */
  addPort(port: number, name: string): void {
    this.#ports.set(port, name);
  }

  /** @returns ends it */
  impair(impairment: Impairment): () => void {
    this.#impairments.add(impairment);
    return () => {
      this.#impairments.delete(impairment);
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    };
  }

  /** Breaks the connections between two, as a router does that forgot them. @returns how many */
  reset(ends: Impairment['ends']): number {
    const links = [...this.#links].filter((link) => this.#isBetween(link, ends));
    for (const { near, far } of links) {
      near.resetAndDestroy();
      far?.resetAndDestroy();
    }
    return links.length;
  }

  /** Sets the clock of a process. @returns whether there is one of that name */
  jumpClock(name: string, clockMs: number): boolean {
    const jump: ClockJump = { clockMs };
    const lines = [...this.#processes]
      .filter(([pid]) => this.#name(pid) === name)
      .map(([, { line }]) => line);
    for (const line of lines) line.write(`${JSON.stringify(jump)}\n`);
    return lines.length > 0;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const { near, far } of this.#links) {
      near.destroy();
      far?.destroy();
    }
    for (const { line } of this.#processes.values()) line.destroy();
    for (const wake of this.#waiting) wake();
    await once(this.#server, 'close');
  }

  async #accept(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    const opening = await firstLine(socket);
    if (opening?.kind === 'process') this.#know(opening, socket);
    else if (opening?.kind === 'link') await this.#carry(opening, socket);
    else socket.destroy();
  }

  #know({ pid, service }: Opening & { kind: 'process' }, line: Socket): void {
    this.#processes.set(pid, { service, line });
    line.once('close', () => this.#processes.delete(pid));
    line.once('end', () => line.destroy());
    createInterface({ input: line }).on('line', (text) => {
      this.#ports.set((JSON.parse(text) as Listening).listening, pid);
    });
  }

  async #carry({ pid, port }: Opening & { kind: 'link' }, near: Socket): Promise<void> {
    const way = { pid, port };
    const passage: Passage = { lateness: () => this.#lateness(way), free: () => this.#free(way) };
    const early: Link = { ...way, near, far: undefined };
    this.#links.add(early);
    await passage.free();
    this.#links.delete(early);
    if (near.destroyed) return;
    const far = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    far.on('error', () => undefined);
    const link: Link = { ...early, far };
    this.#links.add(link);
    far.once('close', () => this.#links.delete(link));
    new Flow(near, far, passage);
    new Flow(far, near, passage);
  }

  #lateness(way: Pick<Link, 'pid' | 'port'>): number {
    let late = 0;
    for (const impairment of this.#impairments) {
      if (this.#isBetween(way, impairment.ends)) late += lateness(impairment, this.#random, this.#draws++);
    }
    return late;
  }

  async #free(way: Pick<Link, 'pid' | 'port'>): Promise<void> {
    const isCut = (): boolean =>
      [...this.#impairments].some(({ cut, ends }) => cut === true && this.#isBetween(way, ends));
    while (this.#server.listening && isCut()) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #isBetween({ pid, port }: Pick<Link, 'pid' | 'port'>, [one, other]: Impairment['ends']): boolean {
    const owner = this.#ports.get(port);
    const [from, to] = [this.#name(pid), typeof owner === 'number' ? this.#name(owner) : owner];
    return (from === one && to === other) || (from === other && to === one);
  }

  #name(pid: number): string | undefined {
    return this.#nameOf(pid) ?? this.#processes.get(pid)?.service;
  }
}

/** The first line of a connection; what follows it is left to be read. */
function firstLine(socket: Socket): Promise<Opening | undefined> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const closed = (): void => resolve(undefined);
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\n');
      if (end < 0) return;
      socket.off('data', read).off('close', closed).pause();
      if (end + 1 < bytes.length) socket.unshift(bytes.subarray(end + 1));
      resolve(JSON.parse(bytes.toString('utf8', 0, end)) as Opening);
    };
    socket.on('data', read).once('close', closed);
  });
}
