import { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { afterAll, beforeAll } from 'vitest';
import type { BlobStoreOptions } from '../blob-store.js';
import type { OpenFixture } from '../contract/fixture.js';
import { NatsBlobStore } from './blob-store.js';

/** One server for the tests of a file; every fixture has a bucket of its own on it. */
export function useNatsServer(): {
  readonly server: () => NatsServer;
  readonly open: (bucket: string, options?: BlobStoreOptions) => Promise<NatsBlobStore>;
  readonly openFixture: OpenFixture;
} {
  let server: NatsServer;
  let fixtures = 0;
  beforeAll(async () => void (server = await NatsServer.start()));
  afterAll(() => server?.stop());
  const open = (bucket: string, options?: BlobStoreOptions) =>
    NatsBlobStore.open(`${server.url}/${bucket}`, options);
  return {
    server: () => server,
    open,
    openFixture: async () => {
      const bucket = `blobs-${++fixtures}`;
      const store = await open(bucket);
      return { store, open: () => open(bucket), remove: () => store.close() };
    },
  };
}
