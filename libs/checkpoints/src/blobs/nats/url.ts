import { TaskweaveError } from '@taskweave/common';

/** A bucket of the object store of a NATS server. */
export interface NatsBucketAddress {
  /** Of the server, as messaging takes it. */
  readonly server: string;
  readonly bucket: string;
}

/** What the object store takes. */
const BUCKET = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Reads `nats://[user:password@]host[:port]/bucket`, or `tls://...`.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function parseNatsBucketUrl(text: string): NatsBucketAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bucket = url?.pathname.slice(1) ?? '';
  if (url !== undefined && url.hostname !== '' && BUCKET.test(bucket) && url.search === '') {
    const password = url.password === '' ? '' : `:${url.password}`;
    const user = url.username === '' ? '' : `${url.username}${password}@`;
    return { server: `${url.protocol}//${user}${url.host}`, bucket };
  }
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'Not the URL of a bucket on a NATS server.',
    subject: 'blob store',
    // It may hold a password.
    found: JSON.stringify(text.replace(/\/\/[^@]*@/g, '//***@').slice(0, 200)),
    expected: 'nats://host:port/bucket or tls://host:port/bucket, the bucket of letters, digits, "_" and "-"',
  });
}
