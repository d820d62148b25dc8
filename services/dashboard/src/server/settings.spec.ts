import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLoopback, listenAddress, tokenFor } from './settings.js';

const LONG = 'sixteen-letters-';
const WITH_TOKEN = { TASKWEAVE_DASHBOARD_TOKEN: LONG };
const refused = expect.objectContaining({ code: 'CONFIG_INVALID', exitCode: 2 }) as Error;

describe('the token', () => {
  it('is not needed on loopback, and used if there is one', () => {
    for (const host of ['127.0.0.1', '127.8.8.8', '::1', '[::1]', 'localhost']) {
      expect(isLoopback(host)).toBe(true);
      expect(tokenFor(host, {})).toBeUndefined();
      expect(tokenFor(host, WITH_TOKEN)).toBe(LONG);
    }
  });

  it('is needed beyond', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.evil.example', 'example.org']) {
      expect(isLoopback(host)).toBe(false);
      expect(() => tokenFor(host, {})).toThrow(refused);
      expect(tokenFor(host, WITH_TOKEN)).toBe(LONG);
    }
  });

  it('is long', () => {
    expect(() => tokenFor('127.0.0.1', { TASKWEAVE_DASHBOARD_TOKEN: LONG.slice(1) })).toThrow(refused);
  });

  it('may be in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'taskweave-token-'));
    const path = join(folder, 'token');
    expect(() => tokenFor('::', { TASKWEAVE_DASHBOARD_TOKEN_FILE: path })).toThrow('cannot be read');
    writeFileSync(path, `${LONG}\n`);
    expect(tokenFor('::', { TASKWEAVE_DASHBOARD_TOKEN_FILE: path })).toBe(LONG);
    rmSync(folder, { recursive: true });
  });
});

describe('the address', () => {
  it('is that given, else that of the environment, else loopback', () => {
    const environment = { TASKWEAVE_DASHBOARD_ADDRESS: '[::]:7430' };
    expect(listenAddress(undefined, undefined, {})).toEqual({ host: '127.0.0.1', port: undefined });
    expect(listenAddress(undefined, undefined, environment)).toEqual({ host: '[::]', port: 7430 });
    expect(listenAddress(undefined, 1, environment)).toEqual({ host: '[::]', port: 1 });
    expect(listenAddress('::1', undefined, environment)).toEqual({ host: '::1', port: undefined });
  });

  it.each(['7420', 'host', 'host:', ':7420', 'host:99999', 'a b:1', '::1:7420'])(
    'is refused: %s',
    (address) => {
      expect(() => listenAddress(undefined, undefined, { TASKWEAVE_DASHBOARD_ADDRESS: address })).toThrow(
        refused,
      );
    },
  );
});
