import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gpuPresent } from './gpu-present.js';

let devices: string;
beforeEach(() => {
  devices = mkdtempSync(join(tmpdir(), 'taskweave-dev-'));
});
afterEach(() => rmSync(devices, { recursive: true, force: true }));

it('finds no GPU where there is no device file', () => {
  writeFileSync(join(devices, 'nvidiactl'), '');
  expect(gpuPresent('linux', devices)).toBe(false);
  expect(gpuPresent('linux', join(devices, 'nowhere'))).toBe(false);
});

it.each(['nvidia0', 'dxg', 'dri/renderD128'])('finds the GPU of %s', (name) => {
  mkdirSync(join(devices, 'dri'));
  writeFileSync(join(devices, name), '');
  expect(gpuPresent('linux', devices)).toBe(true);
});

it('leaves it to the driver on other systems', () => {
  expect(gpuPresent('darwin', devices)).toBe(true);
});
