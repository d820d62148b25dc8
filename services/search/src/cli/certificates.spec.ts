import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, onlyRun } from '../testing/cli.js';
import { factsOf } from '../testing/run-facts.js';

const START = [
  'start',
  '--preset=multi-mnist-smoke',
  '--steps=2',
  '--set=data.batchSize=8',
  '--set=engine.threads=1',
  '--set=data.options={trainLimit: 200, validationLimit: 40, testLimit: 40}',
];

let parent: string;
let certificates: string;
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-tls-'));
  certificates = join(parent, 'certificates');
  const made = await cli(['certificates', '--out', certificates, '--hosts', 'a.example, 192.0.2.1'], parent);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain('npx taskweave start --processes --tls ');
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

it('are not made in a folder that is in use, nor for something that is no host', async () => {
  const again = await cli(['certificates', '--out', certificates], parent);
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toMatch(/^error OUTPUT_NOT_WRITABLE: /);
  const odd = await cli(['certificates', '--out', 'odd', '--hosts', 'a,*'], parent);
  expect(odd).toMatchObject({ code: 2, stdout: '' });
  expect(odd.stderr).toContain('found:    *');
  expect(readdirSync(parent)).toEqual(['certificates']);
});

describe('a run with mutual TLS', () => {
  it('in processes of its own gives the bits of one without', async () => {
    const folders = await Promise.all(
      [['--processes', '--tls', certificates], []].map(async (args, index) => {
        const cwd = mkdtempSync(join(parent, `run-${index}-`));
        const { code, stderr } = await cli([...START, ...args], cwd);
        expect({ code, stderr }).toMatchObject({ code: 0 });
        const services = index === 0 ? 'services as processes, mutual TLS' : 'services in one process  ·';
        expect(stderr).toContain(services);
        return join(cwd, 'runs', onlyRun(cwd));
      }),
    );
    expect(await factsOf(folders[0]!)).toEqual(await factsOf(folders[1]!));
  });

  it('needs the files of every service', async () => {
    rmSync(join(certificates, 'architect-key.pem'));
    const cwd = mkdtempSync(join(parent, 'run-'));
    const { code, stderr } = await cli([...START, '--processes', '--tls', certificates], cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error FILE_MISSING: /m);
    expect(stderr).toContain('architect-key.pem');
    expect(readdirSync(cwd)).toEqual([]);
  });
});
