import { TaskweaveError } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { isLostUpload, isMissing, verdictsOn } from './failures.js';

/** As the SDK throws what a store answers. */
const answer = (httpStatusCode: number | undefined, name: string): Error =>
  Object.assign(new Error(`text of ${name}`), { name, $metadata: { httpStatusCode } });
const { final, away } = verdictsOn('S3 bucket b', 'put a');

it.each([
  [403, 'AccessDenied', 'CONFIG_INVALID'],
  [403, 'InvalidAccessKeyId', 'CONFIG_INVALID'],
  [403, 'SignatureDoesNotMatch', 'CONFIG_INVALID'],
  [404, 'NoSuchBucket', 'CONFIG_INVALID'],
  [301, 'PermanentRedirect', 'CONFIG_INVALID'],
  [undefined, 'CredentialsProviderError', 'CONFIG_INVALID'],
  [403, 'QuotaExceeded', 'OUTPUT_NOT_WRITABLE'],
  [507, 'XMinioStorageFull', 'OUTPUT_NOT_WRITABLE'],
  [400, 'EntityTooLarge', 'OUTPUT_NOT_WRITABLE'],
])('gives up at %s %s with %s', (status, name, code) => {
  expect(final(answer(status, name))).toMatchObject({ code, subject: 'S3 bucket b' });
});

it.each([
  ...[500, 502, 503, 504, 408, 409, 429].map((status): [number | undefined, string] => [status, 'Unknown']),
  [503, 'SlowDown'],
  [undefined, 'TimeoutError'],
  [undefined, 'ECONNREFUSED'],
  [404, 'NoSuchUpload'],
  [400, 'InvalidPart'],
])('tries again after %s %s', (status, name) => {
  expect(final(answer(status, name))).toBeUndefined();
});

it('hands on what is of our family', () => {
  const error = new TaskweaveError({ code: 'FILE_MISSING', message: 'gone' });
  expect(final(error)).toBe(error);
});

it('tells in the end what the store said last', () => {
  expect(away(answer(503, 'SlowDown'))).toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: 'The blob store does not answer: cannot put a.',
    found: '503 SlowDown text of SlowDown',
  });
});

describe('what is not there', () => {
  it.each([
    [404, 'NoSuchKey', true],
    [404, 'NotFound', true],
    [404, 'Unknown', true],
    [404, 'NoSuchBucket', false],
    [404, 'NoSuchUpload', false],
    [403, 'AccessDenied', false],
  ])('%s %s: %s', (status, name, missing) => {
    expect(isMissing(answer(status, name))).toBe(missing);
  });

  it('is told apart from an upload that is not', () => {
    expect(isLostUpload(answer(404, 'NoSuchUpload'))).toBe(true);
    expect(isLostUpload(answer(404, 'NoSuchKey'))).toBe(false);
  });
});
