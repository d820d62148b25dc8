import { TaskweaveError } from '@taskweave/common';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_WITHIN_MS = 20_000;

/** A real NATS server with JetStream on a free loopback port, for tests and laboratories. */
export class NatsServer {
  readonly port: number;
  readonly #folder: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, args: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#args = args;
  }

  /**
   * Starts a server that keeps its data in a temporary folder.
   *
   * @param args further arguments of the command line
   * @throws TaskweaveError `SERVICE_UNAVAILABLE` when nats-server is not installed or does not start
   */
  static async start(...args: string[]): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), mkdtempSync(join(tmpdir(), 'taskweave-nats-')), args);
    await server.restart();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Starts it again, on the same port and with the data it had. */
  async restart(): Promise<void> {
    const args = ['-a', '127.0.0.1', '-p', String(this.port), '-js', '-sd', this.#folder, ...this.#args];
    // Debian puts it where the PATH of ordinary users may not lead.
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin` };
    const child = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'], env });
    this.#child = child;
    const orphan = (): void => void child.kill('SIGKILL');
    process.once('exit', orphan);
    child.once('exit', () => process.removeListener('exit', orphan));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-2000)));
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    const deadline = performance.now() + START_WITHIN_MS;
    while (!(await answers(this.port))) {
      if (failure !== undefined) throw notStarted(failure.message);
      if (child.exitCode !== null || performance.now() > deadline) throw notStarted(log);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends it as `kill -9` does. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Stops it in the middle of things, as a machine that hangs; {@link resume} lets it go on. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it for good and removes its data. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}

function notStarted(found: string): TaskweaveError {
  const missing = found.includes('ENOENT');
  return new TaskweaveError({
    code: 'SERVICE_UNAVAILABLE',
    message: missing
      ? 'nats-server is not installed. Install it: apt-get install nats-server'
      : `nats-server did not start: ${found}`,
    subject: 'nats-server',
    found,
    expected: 'the program nats-server, 2.9 or later, on the PATH',
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a server greets whoever connects. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(500, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
  });
}
