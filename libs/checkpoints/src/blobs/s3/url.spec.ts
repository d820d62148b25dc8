import { expect, it } from 'vitest';
import { parseS3Url } from './url.js';

it.each([
  ['s3://my-bucket', { bucket: 'my-bucket', prefix: '' }],
  ['s3://my.bucket/', { bucket: 'my.bucket', prefix: '' }],
  ['s3://bucket/team/runs/', { bucket: 'bucket', prefix: 'team/runs/' }],
  ['s3://bucket?region=eu-central-1', { bucket: 'bucket', prefix: '', region: 'eu-central-1' }],
  [
    's3://bucket/p?endpoint=http://127.0.0.1:9000&region=here',
    { bucket: 'bucket', prefix: 'p/', endpoint: 'http://127.0.0.1:9000', region: 'here' },
  ],
])('reads %s', (url, address) => {
  expect(parseS3Url(url)).toEqual(address);
});

it.each([
  ...['s3:', 's3://', 's3://B_', 's3://bucket/a//b', 's3://bucket/.a', 's3://bucket?endpoint=ftp://host'],
  ...[
    's3://bucket?endpoint=host',
    's3://bucket?region=',
    's3://bucket?key=1',
    's3://bucket:90',
    'http://bucket',
  ],
  ...['s3://bucket?endpoint=http://user:secret@host', `s3://bucket/${'x'.repeat(301)}`],
])('refuses %s', (url) => {
  expect(() => parseS3Url(url)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

it('does not take credentials, nor tell them', () => {
  expect(() => parseS3Url('s3://AKIA:secret@bucket')).toThrow(
    expect.objectContaining({ found: '"s3://***@bucket"' }),
  );
});
