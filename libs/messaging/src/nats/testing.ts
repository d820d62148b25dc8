import { afterAll, beforeAll } from 'vitest';
import type { OpenFixture } from '../contract/fixture.js';
import { NatsServer } from '../testing/nats-server.js';
import { NatsMessaging } from './messaging.js';

/** One server for the tests of a file; every fixture has a namespace of its own on it. */
export function useNatsServer(): { readonly server: () => NatsServer; readonly openFixture: OpenFixture } {
  let server: NatsServer;
  let fixtures = 0;
  beforeAll(async () => void (server = await NatsServer.start()));
  afterAll(() => server?.stop());
  return {
    server: () => server,
    openFixture: async () => {
      const namespace = `t${++fixtures}`;
      const open = () => NatsMessaging.open(server.url, namespace);
      const fixture = {
        messaging: await open(),
        reopen: async () => {
          await fixture.messaging.close();
          fixture.messaging = await open();
        },
        remove: () => fixture.messaging.close(),
      };
      return fixture;
    },
  };
}
