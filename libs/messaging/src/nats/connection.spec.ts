import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { NatsServer } from '../testing/nats-server.js';
import { NatsMessaging } from './messaging.js';
import { parseNatsUrl } from './url.js';

it('says which server does not answer, and what to do', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const { port } = unused.address() as AddressInfo;
  unused.close();
  await expect(NatsMessaging.open(`nats://me:secret@127.0.0.1:${port}`)).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: 'No NATS server answers.',
    subject: `nats://127.0.0.1:${port}`,
    action: 'Start one: nats-server -js -a 127.0.0.1',
  });
});

it('says so when a server has no JetStream', async () => {
  const server = await NatsServer.start();
  try {
    await server.kill();
    const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(server.port)], { stdio: 'ignore' });
    try {
      const open = async (): Promise<unknown> => {
        for (;;) {
          const thrown: unknown = await NatsMessaging.open(server.url).catch((error: unknown) => error);
          if ((thrown as Error).message !== 'No NATS server answers.') return thrown;
        }
      };
      expect(await open()).toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        message: 'The NATS server has no JetStream.',
        action: 'Start it with -js.',
      });
    } finally {
      child.kill('SIGKILL');
    }
  } finally {
    await server.stop();
  }
});

it('lets in who has the password, and never shows it', async () => {
  const server = await NatsServer.start('--user', 'weaver', '--pass', 'p@ss:word');
  try {
    const wrong = `nats://weaver:secret@127.0.0.1:${server.port}`;
    const refused: unknown = await NatsMessaging.open(wrong).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'SERVICE_UNAVAILABLE', subject: server.url });
    expect(JSON.stringify(refused)).not.toContain('secret');
    const messaging = await NatsMessaging.open(`nats://weaver:p%40ss%3Aword@127.0.0.1:${server.port}`);
    expect(messaging.description).toBe(`NATS ${server.url}`);
    await messaging.close();
  } finally {
    await server.stop();
  }
});

describe('a URL', () => {
  it('may name several servers of a cluster', () => {
    expect(parseNatsUrl('nats://a:4222, nats://b:4223')).toEqual({
      shown: 'nats://a:4222,nats://b:4223',
      options: { servers: ['a:4222', 'b:4223'] },
    });
  });

  it.each(['', 'localhost', 'http://a:4222', 'nats://', 'nats://a/b', 'nats://a:4222,', 'nats://a:99999'])(
    'is not %j',
    (url) => {
      expect(() => parseNatsUrl(url)).toThrowError(
        expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'TASKWEAVE_NATS_URL' }) as Error,
      );
    },
  );

  it('is refused without showing the password', () => {
    expect(() => parseNatsUrl('nats://me:secret@host:99999')).toThrowError(
      expect.objectContaining({ found: '"nats://***@host:99999"' }) as Error,
    );
  });
});
