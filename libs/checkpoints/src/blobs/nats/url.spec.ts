import { expect, it } from 'vitest';
import { parseNatsBucketUrl } from './url.js';

it.each([
  ['nats://127.0.0.1:4222/blobs', 'nats://127.0.0.1:4222', 'blobs'],
  ['nats://example.org/my_blobs-1', 'nats://example.org', 'my_blobs-1'],
  ['tls://example.org:4222/b', 'tls://example.org:4222', 'b'],
  ['nats://user:p%40ss@[::1]:4222/b', 'nats://user:p%40ss@[::1]:4222', 'b'],
  ['nats://token@example.org/b', 'nats://token@example.org', 'b'],
])('reads %s', (url, server, bucket) => {
  expect(parseNatsBucketUrl(url)).toEqual({ server, bucket });
});

it.each([
  'nats://127.0.0.1:4222',
  'nats://127.0.0.1/',
  'nats:///b',
  'nats://h/a/b',
  'nats://h/a.b',
  'nats://h/b?x=1',
])('refuses %s', (url) => {
  expect(() => parseNatsBucketUrl(url)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

it('does not tell a password', () => {
  expect(() => parseNatsBucketUrl('nats://user:secret@host')).toThrow(
    expect.objectContaining({ found: '"nats://***@host"' }),
  );
});
