import { afterAll, beforeAll } from 'vitest';
import { S3Server, S3_CREDENTIALS } from '../../testing/s3-server.js';
import type { BlobStoreOptions } from '../blob-store.js';
import type { OpenFixture } from '../contract/fixture.js';
import { S3BlobStore } from './blob-store.js';

/** One server for the tests of a file; every fixture has a bucket of its own on it. */
export function useS3Server(): {
  readonly server: () => S3Server;
  readonly open: (bucket: string, options?: BlobStoreOptions) => Promise<S3BlobStore>;
  readonly openFixture: OpenFixture;
} {
  let server: S3Server;
  let fixtures = 0;
  beforeAll(async () => {
    server = await S3Server.start();
    Object.assign(process.env, S3_CREDENTIALS);
  });
  afterAll(async () => {
    for (const name of Object.keys(S3_CREDENTIALS)) delete process.env[name];
    await server?.stop();
  });
  const open = (bucket: string, options?: BlobStoreOptions) =>
    S3BlobStore.open(server.url(bucket, 'team/runs'), options);
  return {
    server: () => server,
    open,
    openFixture: async () => {
      const bucket = `blobs-${++fixtures}`;
      server.makeBucket(bucket);
      const store = await open(bucket);
      return { store, open: () => open(bucket), remove: () => store.close() };
    },
  };
}
