import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchDashboard } from './launch-dashboard.js';

let output: string;
beforeAll(() => void (output = mkdtempSync(join(tmpdir(), 'taskweave-launch-'))));
afterAll(() => rmSync(output, { recursive: true }));

describe('a dashboard in a thread', () => {
  it('answers until it is stopped, although somebody is listening', async () => {
    const dashboard = await launchDashboard({ output: join(output, 'not-there-yet'), port: 0 });
    expect(await (await fetch(`${dashboard.url}api/runs`)).json()).toEqual([]);
    const stream = (await fetch(`${dashboard.url}api/stream`)).body!.getReader();
    await stream.read();
    await dashboard.stop();
    await expect(fetch(`${dashboard.url}api/runs`)).rejects.toThrow();
    await stream.cancel().catch(() => undefined);
  });

  it('says why it cannot start', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(launchDashboard({ output, port })).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
    other.close();
  });

  it('can be given up before it has started', async () => {
    const signal = AbortSignal.abort();
    await expect(launchDashboard({ output, port: 0 }, signal)).rejects.toThrow();
  });
});
