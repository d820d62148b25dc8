import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LAB_PORT } from '../inside/lab-messages.js';
import { Network } from './network.js';

const INSIDE = new URL('../../dist/inside/main.js', import.meta.url).href;

/** Echoes lines. Says where it listens. */
const SERVER = `
const server = require('node:net').createServer((socket) => socket.pipe(socket).on('error', () => {}));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;
/** Says a line to the port given, and says what comes back, when the connection ends, and what time it is. */
const CLIENT = `
const socket = require('node:net').connect({ port: Number(process.argv[1]), host: '127.0.0.1' });
socket.on('data', (bytes) => console.log('heard ' + bytes));
socket.on('error', () => {}).on('close', () => console.log('closed'));
process.stdin.on('data', (bytes) => String(bytes).trim() === 'time' ? console.log('time ' + Date.now()) : socket.write(bytes));
`;

/** A process, and what it says line by line. */
interface Talker {
  readonly child: ChildProcess;
  say(line: string): void;
  heard(): Promise<string>;
}

let network: Network;
const names = new Map<number, string>();
const talkers: Talker[] = [];
beforeEach(async () => {
  network = await Network.open(1, (pid) => names.get(pid));
});
afterEach(async () => {
  for (const { child } of talkers.splice(0)) child.kill('SIGKILL');
  await network.close();
});

function start(name: string, code: string, ...args: string[]): Talker {
  const env = { ...process.env, NODE_OPTIONS: `--import=${INSIDE}`, [LAB_PORT]: String(network.port) };
  const child = spawn(process.execPath, ['-e', code, ...args], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  names.set(child.pid!, name);
  const lines: string[] = [];
  let wake = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.trimEnd().split('\n'));
    wake();
  });
  const talker: Talker = {
    child,
    say: (line) => void child.stdin.write(line),
    async heard() {
      while (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return lines.shift()!;
    },
  };
  talkers.push(talker);
  return talker;
}

async function startPair(): Promise<{ server: Talker; client: Talker; port: string }> {
  const server = start('server', SERVER);
  const port = await server.heard();
  const client = start('client', CLIENT, port);
  client.say('hello');
  expect(await client.heard()).toBe('heard hello');
  return { server, client, port };
}

describe('a network between processes', () => {
  it('holds up what passes between two, and new connections of theirs, until it is healed', async () => {
    const { client, port } = await startPair();
    const heal = network.impair({ ends: ['server', 'client'], cut: true });
    client.say('late');
    const heard = client.heard();
    const other = start('client', CLIENT, port);
    other.say('new');
    const third = start('third', CLIENT, port);
    third.say('free');
    expect(await third.heard()).toBe('heard free');
    const silent = new Promise((resolve) => setTimeout(() => resolve('silence'), 200));
    expect(await Promise.race([heard, other.heard(), silent])).toBe('silence');
    heal();
    expect(await heard).toBe('heard late');
  });

  it('breaks connections between two', async () => {
    const { client, port } = await startPair();
    const third = start('third', CLIENT, port);
    third.say('a');
    expect(await third.heard()).toBe('heard a');
    expect(network.reset(['client', 'server'])).toBe(1);
    expect(await client.heard()).toBe('closed');
    third.say('b');
    expect(await third.heard()).toBe('heard b');
  });

  it('tells of the end of a process, but not while its connections are cut', async () => {
    const { server, client } = await startPair();
    const heal = network.impair({ ends: ['client', 'server'], cut: true });
    server.child.kill('SIGKILL');
    await once(server.child, 'exit');
    const ended = client.heard();
    const silent = new Promise((resolve) => setTimeout(() => resolve('silence'), 200));
    expect(await Promise.race([ended, silent])).toBe('silence');
    heal();
    expect(await ended).toBe('closed');
  });

  it('carries much data in order, however late', async () => {
    const server = start('server', SERVER);
    const code = `
      const sent = Buffer.from(Array.from({ length: 200_000 }, (_, i) => 'line ' + i).join());
      const socket = require('node:net').connect(Number(process.argv[1]), '127.0.0.1');
      let got = [];
      socket.on('data', (bytes) => got.push(bytes)).on('end', () => console.log(Buffer.concat(got).equals(sent)));
      socket.end(sent);
    `;
    const port = await server.heard();
    network.impair({ ends: ['server', 'client'], delayMs: [1, 10], lossShare: 0.05 });
    expect(await start('client', code, port).heard()).toBe('true');
  });

  it('sets the clock of one process', async () => {
    const { client } = await startPair();
    expect(network.jumpClock('nobody', 1000)).toBe(false);
    expect(network.jumpClock('client', 86_400_000)).toBe(true);
    // The jump comes over another connection.
    for (let told = 0; told < Date.now() + 80_000_000;) {
      client.say('time');
      told = Number((await client.heard()).split(' ')[1]);
    }
  });
});
