import { TaskweaveError } from '@taskweave/common';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const START_WITHIN_MS = 20_000;

/** The only key that the server knows, as the environment variables that the SDK reads. */
export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' } as const;

/** A server that speaks the protocol of S3 (s3rver), in a process of its own on a free loopback port, for tests. */
export class S3Server {
  readonly port: number;
  /** Of its data; `<bucket>/<key>._S3rver_object` each. */
  readonly folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.folder = folder;
  }

  /** Starts a server without buckets. */
  static async start(): Promise<S3Server> {
    const server = new S3Server(await freePort(), mkdtempSync(join(tmpdir(), 'taskweave-s3-')));
    await server.restart();
    return server;
  }

  /** URL of a bucket, for `openBlobStore`. */
  url(bucket: string, prefix = ''): string {
    return `s3://${bucket}/${prefix}?endpoint=http://127.0.0.1:${this.port}`;
  }

  makeBucket(bucket: string): void {
    mkdirSync(join(this.folder, bucket));
  }

  /** Starts it again, on the same port and with the data it had. */
  async restart(): Promise<void> {
    const program = join(
      dirname(createRequire(import.meta.url).resolve('s3rver/package.json')),
      'bin',
      's3rver.js',
    );
    const args = [
      '-d',
      this.folder,
      '-a',
      '127.0.0.1',
      '-p',
      String(this.port),
      '--silent',
      '--no-vhost-buckets',
    ];
    // It makes the tokens of long lists with DES.
    const node = ['--openssl-legacy-provider', program, ...args];
    const child = spawn(process.execPath, node, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    const orphan = (): void => void child.kill('SIGKILL');
    process.once('exit', orphan);
    child.once('exit', () => process.removeListener('exit', orphan));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-2000)));
    const deadline = performance.now() + START_WITHIN_MS;
    while (!(await answers(this.port))) {
      if (child.exitCode === null && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      const details = { code: 'SERVICE_UNAVAILABLE', message: `s3rver did not start: ${log}` } as const;
      throw new TaskweaveError({ ...details, subject: 's3rver', action: 'Run npm ci.' });
    }
  }

  /** Ends it as `kill -9` does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Ends it for good and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
