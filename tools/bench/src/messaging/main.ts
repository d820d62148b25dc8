/** Speed of messaging, embedded and on a NATS server that is started for it. */
import { TaskweaveError, describeError } from '@taskweave/common';
import { EmbeddedMessaging, NatsMessaging, type Messaging } from '@taskweave/messaging';
import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureRates, type Rates } from './measure-rates.js';

const COUNT = 20_000;
const ROWS: readonly [keyof Rates, string][] = [
  ['publishInTurn', 'events published, in turn'],
  ['publish', 'events published, together'],
  ['replay', 'events replayed'],
  ['workInTurn', 'jobs pulled and acknowledged, 1 worker'],
  ['work', 'jobs pulled and acknowledged, 8 workers'],
  ['compareAndSet', 'compare-and-set, in turn'],
];

async function measure(messaging: Messaging): Promise<Rates> {
  try {
    return await measureRates(messaging, COUNT);
  } finally {
    await messaging.close();
  }
}

async function measureEmbedded(): Promise<Rates> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-rates-'));
  try {
    return await measure(await EmbeddedMessaging.open(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureNats(): Promise<Rates> {
  const server = await NatsServer.start();
  try {
    return await measure(await NatsMessaging.open(server.url));
  } finally {
    await server.stop();
  }
}

try {
  const embedded = await measureEmbedded();
  const nats = await measureNats();
  const line = (name: string, ...values: string[]) =>
    `${name.padEnd(42)}${values.map((value) => value.padStart(12)).join('')}\n`;
  process.stdout.write(line('a second', 'embedded', 'NATS'));
  for (const [key, name] of ROWS) {
    process.stdout.write(line(name, embedded[key].toFixed(0), nats[key].toFixed(0)));
  }
} catch (error) {
  const known = TaskweaveError.from(error);
  process.stderr.write(`${describeError(known)}\n`);
  process.exitCode = known.exitCode;
}
