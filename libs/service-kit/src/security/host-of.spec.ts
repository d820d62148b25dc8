import { expect, it } from 'vitest';
import { hostOf, isLocal } from './host-of.js';

it.each([
  ['localhost:7100', 'localhost'],
  ['127.0.0.1:0', '127.0.0.1'],
  ['[::1]:7100', '::1'],
  ['trainer-1.example.org:7100', 'trainer-1.example.org'],
  ['unix:/run/taskweave', undefined],
])('host of %s', (address, host) => {
  expect(hostOf(address)).toBe(host);
});

it.each(['127.0.0.1:0', '127.1.2.3:80', 'localhost:1', '[::1]:1', 'unix:/run/taskweave', 'unix:///run/a'])(
  '%s is this machine',
  (address) => expect(isLocal(address)).toBe(true),
);

it.each([
  '0.0.0.0:0',
  '[::]:0',
  '10.0.0.1:1',
  ':1',
  '127.example.org:1',
  '127.0.0.1.example.org:1',
  'localhost.example.org:1',
  'dns:///127.0.0.1:1',
  '[::ffff:10.0.0.1]:1',
])('%s may be another machine', (address) => expect(isLocal(address)).toBe(false));
