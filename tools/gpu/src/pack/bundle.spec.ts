import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport } from '../report.js';
import { writeBundle } from './bundle.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskweave-bundle-'));
  await writeBundle(join(folder, 'bundle'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the bundle's script where there is no other program. */
async function checkSh(...arguments_: string[]) {
  const options = { cwd: folder, env: { PATH: '' } };
  const script = join(folder, 'bundle', 'check.sh');
  return promisify(execFile)('/bin/sh', [script, ...arguments_], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe('a bundle', () => {
  it('holds nothing but what runs on this kind of machine', async () => {
    const files = await readdir(join(folder, 'bundle'), { recursive: true });
    const native = files.filter((file) => file.endsWith('.node'));
    const kind = `${process.platform}-${process.arch}`;
    expect(native.sort()).toEqual([
      `node_modules/@koromix/koffi-${kind}/${process.platform}_${process.arch}/koffi.node`,
      `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
    ]);
    expect(files.filter((file) => /\.(map|ts|spec\.js)$/.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['bin/node', 'check.sh', 'dist/main.js', 'dist/job-main.js']),
    );
  });

  it('explains itself without any other program', async () => {
    const { code, stdout } = await checkSh('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('check.sh pack FILE');
  });

  it('checks a device', async () => {
    const { code, stdout, stderr } = await checkSh('--device', 'cpu', '--quick', '--json', 'found.json');
    expect(stderr).toContain('cpu: timing supernet-eighth');
    expect(stdout).toMatch(/^cpu +(\d+) of \1 /m);
    expect(code).toBe(0);
    const { devices } = JSON.parse(await readFile(join(folder, 'found.json'), 'utf8')) as CheckReport;
    expect(devices).toMatchObject([
      { device: 'cpu', available: true, benchmarks: [{ name: 'supernet-eighth', device: 'cpu' }] },
    ]);
  });

  it.each([
    [['--device', 'gpu'], 'CONFIG_INVALID'],
    [['--json', 'no/such/folder/found.json'], 'OUTPUT_NOT_WRITABLE'],
    [['--quick', '--device', 'cpu', '--peer', 'no-such-peer {width} {batch}'], 'CONFIG_INVALID'],
  ])('says that %j is for the user to mend', async (arguments_, code) => {
    const found = await checkSh(...arguments_);
    expect(found.code).toBe(2);
    expect(found.stderr).toContain(`error ${code}: `);
  });
});
