import { TaskweaveError } from '@taskweave/common';

/** A place in S3 or in a store that speaks its protocol. */
export interface S3Address {
  readonly bucket: string;
  /** Beginning of all keys: empty, or ending with a slash. */
  readonly prefix: string;
  /** Of a store other than Amazon's. */
  readonly endpoint?: string;
  readonly region?: string;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const LONGEST_PREFIX = 300;
const REGION = /^[a-z0-9-]{1,40}$/;

/**
 * Reads `s3://bucket[/prefix][?endpoint=https://host:port][&region=name]`. Credentials are not part of it.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function parseS3Url(text: string): S3Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 's3:') throw invalid(text, 'the URL');
  if (url.username !== '' || url.password !== '' || url.port !== '')
    throw invalid(text, 'user, password or port');
  if (!BUCKET.test(url.hostname)) throw invalid(text, 'the bucket');
  const prefix = url.pathname.replace(/^\/|\/$/g, '');
  if (prefix !== '' && (!PREFIX.test(prefix) || prefix.length > LONGEST_PREFIX))
    throw invalid(text, 'the prefix');
  for (const key of url.searchParams.keys())
    if (!['endpoint', 'region'].includes(key)) throw invalid(text, key);
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !isEndpoint(endpoint)) throw invalid(text, 'endpoint');
  const region = url.searchParams.get('region') ?? undefined;
  if (region !== undefined && !REGION.test(region)) throw invalid(text, 'region');
  return {
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  };
}

function isEndpoint(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.search === ''
  );
}

function invalid(text: string, part: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `Not the URL of a place in S3: ${part} is wrong.`,
    subject: 'blob store',
    // Somebody may have put a key into it.
    found: JSON.stringify(text.replace(/\/\/[^@]*@/g, '//***@').slice(0, 200)),
    expected: 's3://bucket/prefix, or s3://bucket/prefix?endpoint=https://host:port&region=name',
    action: 'Give credentials by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or by a profile.',
  });
}
