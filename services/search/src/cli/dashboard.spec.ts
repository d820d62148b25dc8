import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, onlyRun, startCli, type RunningCli } from '../testing/cli.js';
import { SMALL_SEARCH } from '../testing/reference-run.js';

let parent: string;
beforeAll(() => void (parent = mkdtempSync(join(tmpdir(), 'taskweave-dashboard-'))));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const folder = (): string => mkdtempSync(join(parent, 'run-'));
/** Takes any port, so that tests can run beside each other. */
const ANY = { TASKWEAVE_DASHBOARD_ADDRESS: '127.0.0.1:0' };

/** The address that a command says, once it has. */
async function addressOf({ child }: RunningCli): Promise<string> {
  let said = '';
  return new Promise((found) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        said += String(text);
        const [, url] = /dashboard (http:\S+)/.exec(said) ?? [];
        if (url !== undefined) found(url);
      });
    }
  });
}

describe('taskweave dashboard', () => {
  it('serves the runs of a folder until it is told to end, whoever listens', async () => {
    const running = startCli(['dashboard', '--output', 'runs', '--port', '0'], folder());
    const url = await addressOf(running);
    expect(await (await fetch(`${url}api/runs`)).json()).toEqual([]);
    const stream = (await fetch(`${url}api/stream`)).body!.getReader();
    await stream.read();
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.outcome;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('runs in runs, which is not there yet\n');
    await stream.cancel().catch(() => undefined);
  });

  it('does not let others in without a token', async () => {
    expect(await cli(['dashboard', '--host', '0.0.0.0', '--port', '0'], folder())).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('A dashboard that others can reach needs a token.') as string,
    });
  });
});

describe('a search', () => {
  it('is shown while it runs, and ends although somebody looks', async () => {
    const cwd = folder();
    const running = startCli(['start', ...SMALL_SEARCH, '--steps=20'], cwd, ANY);
    const url = new URL(await addressOf(running));
    const run = onlyRun(cwd);
    expect(url.hash).toBe(`#/run/${run}`);
    expect(await (await fetch(new URL(`/api/run?run=${run}`, url))).json()).toMatchObject({
      name: run,
      alive: true,
    });
    const stream = (await fetch(new URL('/api/stream', url))).body!.getReader();
    await stream.read();
    expect(await running.outcome).toMatchObject({ code: 0 });
    await stream.cancel().catch(() => undefined);
  });

  it('goes on without a page that cannot be had, or is not wanted', async () => {
    const refused = { TASKWEAVE_DASHBOARD_ADDRESS: '0.0.0.0:0' };
    const [warned, without] = await Promise.all([
      cli(['start', ...SMALL_SEARCH, '--steps=5'], folder(), refused),
      cli(['start', ...SMALL_SEARCH, '--steps=5', '--no-dashboard'], folder(), refused),
    ]);
    expect(warned.code).toBe(0);
    expect(warned.stderr).toContain(
      'warning: There is no dashboard. A dashboard that others can reach needs a token.',
    );
    expect(without.code).toBe(0);
    expect(without.stderr).not.toContain('dashboard');
  });
});
