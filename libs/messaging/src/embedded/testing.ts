import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fixture } from '../contract/fixture.js';
import { EmbeddedMessaging } from './messaging.js';

/** Embedded messaging in a temporary folder. */
export async function openFixture(): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-messaging-'));
  const fixture: Fixture = {
    messaging: await EmbeddedMessaging.open(folder),
    reopen: async () => {
      await fixture.messaging.close();
      fixture.messaging = await EmbeddedMessaging.open(folder);
    },
    remove: async () => {
      await fixture.messaging.close();
      await rm(folder, { recursive: true });
    },
  };
  return fixture;
}
