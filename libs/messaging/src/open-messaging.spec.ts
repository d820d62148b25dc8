import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openMessaging } from './open-messaging.js';
import { NatsServer } from './testing/nats-server.js';

it('is embedded unless the environment names a server, and says which it is', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'taskweave-messaging-')), 'messages');
  const server = await NatsServer.start();
  try {
    for (const [environment, description] of [
      [{}, 'embedded'],
      [{ TASKWEAVE_NATS_URL: '' }, 'embedded'],
      [{ TASKWEAVE_NATS_URL: server.url }, `NATS ${server.url}`],
    ] as const) {
      const messaging = await openMessaging(folder, environment);
      expect(messaging.description).toBe(description);
      await messaging.close();
    }
    await expect(openMessaging(folder, { TASKWEAVE_NATS_URL: 'nats://' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: 'TASKWEAVE_NATS_URL',
    });
  } finally {
    await server.stop();
    rmSync(join(folder, '..'), { recursive: true });
  }
});
