import { TaskweaveError } from '@taskweave/common';
import type { BlobStore, BlobStoreOptions } from './blob-store.js';
import { FolderBlobStore } from './folder/blob-store.js';

/** Names the store over which services on several machines hand each other checkpoints; without it they share a disk. */
export const BLOBS_VARIABLE = 'TASKWEAVE_BLOBS';

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * The store that a URL names, which must be closed:
 *
 * * a path, or `file:///path`: a folder that all machines share;
 * * `nats://host:port/bucket`, or `tls://...`: the JetStream object store;
 * * `s3://bucket/prefix?endpoint=...&region=...`: S3, or with an endpoint a store that speaks its protocol. Credentials
 *   are those that the AWS SDK finds in the environment or in a profile.
 *
 * What an adapter needs is loaded when its first store is opened.
 *
 * @throws TaskweaveError `CONFIG_INVALID`, `SERVICE_UNAVAILABLE`, `OUTPUT_NOT_WRITABLE`
 */
export async function openBlobStore(url: string, options?: BlobStoreOptions): Promise<BlobStore> {
  const scheme = SCHEME.exec(url)?.[1]?.toLowerCase() ?? 'file';
  switch (scheme) {
    case 'file':
      if (url !== '') return FolderBlobStore.open(url);
      break;
    case 'nats':
    case 'tls':
      return (await import('./nats/blob-store.js')).NatsBlobStore.open(url, options);
    case 's3':
      return (await import('./s3/blob-store.js')).S3BlobStore.open(url, options);
  }
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'Not the URL of a blob store.',
    subject: 'blob store',
    // It may hold a password.
    found: JSON.stringify(url.replace(/\/\/[^@]*@/g, '//***@').slice(0, 200)),
    expected: 'a path, file:///path, nats://host:port/bucket or s3://bucket/prefix',
  });
}

/**
 * Uses the store that the environment names.
 *
 * @throws TaskweaveError `CONFIG_INVALID` when it names none; what {@link openBlobStore} and `use` throw
 */
export async function withBlobStore<T>(
  use: (store: BlobStore) => Promise<T>,
  options?: BlobStoreOptions,
): Promise<T> {
  const url = process.env[BLOBS_VARIABLE] ?? '';
  if (url === '') {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The request is about a blob, but this service was not told of a blob store.',
      subject: BLOBS_VARIABLE,
      found: 'nothing',
      expected: 'the URL of the store that all services of the search use',
      action: `Start all services with the same ${BLOBS_VARIABLE}, or none.`,
    });
  }
  const store = await openBlobStore(url, options);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Whether the environment names a store. */
export function blobsAreOn(): boolean {
  return (process.env[BLOBS_VARIABLE] ?? '') !== '';
}
