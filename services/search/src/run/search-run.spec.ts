import { readResult, RunFolder, type RunResult } from '@taskweave/runs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, onlyRun } from '../testing/cli.js';

/** The partners of the preset's tasks: task t can be solved with the features of network PARTNERS[t] only. */
const PARTNERS = [1, 2, 3, 0];

let cwd: string;
let result: RunResult;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'taskweave-planted-'));
  // Test files run beside each other.
  const args = ['--preset=planted', '--seed=1', '--set=engine.threads=1', '--json'];
  const { code, stderr } = await cli(args, cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  result = readResult(new RunFolder(join(cwd, 'runs', onlyRun(cwd))).result);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it('a search keeps the edges that are useful and drops those that are not', () => {
  const isPlanted = ({ from, to }: { from: string; to: string }) =>
    PARTNERS.some((source, target) => from === `channel-${source}` && to === `channel-${target}`);
  const planted = result.edges.filter(isPlanted);
  const useless = result.edges.filter((direction) => !isPlanted(direction));
  const kept = (directions: typeof planted) => directions.flatMap((direction) => direction.kept).length;
  expect([planted.length, useless.length]).toEqual([4, 8]);
  for (const { kept: own, dropped } of result.edges) expect(own.length + dropped.length).toBe(1);
  expect(kept(planted) / planted.length).toBeGreaterThanOrEqual(0.8);
  expect(kept(useless) / useless.length).toBeLessThanOrEqual(0.2);
});

it('its discrete network solves what a network alone can only guess at 1 of 4', () => {
  for (const { value } of Object.values(result.test.discrete)) expect(value).toBeGreaterThan(0.8);
});

it.each(['onnx', 'tfjs', 'safetensors'])(
  'its networks, of one channel each, are exported as %s',
  async (format) => {
    const { code, stdout, stderr } = await cli(
      ['export', onlyRun(cwd), '--format', format, '--out', `network-${format}`, '--json'],
      cwd,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ format, tolerance: 1e-4 });
  },
);
