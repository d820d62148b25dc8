import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXPORT_FORMATS } from './formats.js';
import { checkTarget, writeExport } from './write-export.js';

const { onnx, tfjs } = EXPORT_FORMATS as { onnx: never; tfjs: never };
const bytes = (text: string): Uint8Array => Buffer.from(text);

let parent: string;
beforeEach(() => void (parent = mkdtempSync(join(tmpdir(), 'taskweave-export-'))));
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('an export of one file', () => {
  it('makes the folders it needs, and replaces an earlier one', async () => {
    const path = join(parent, 'a', 'b', 'net.onnx');
    for (const contents of ['first', 'second']) {
      checkTarget(path, onnx);
      await writeExport(path, onnx, new Map([['model', bytes(contents)]]));
    }
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(join(parent, 'a', 'b'))).toEqual(['net.onnx']);
  });

  it('does not take the place of a folder', () => {
    expect(() => checkTarget(parent, onnx)).toThrow(
      expect.objectContaining({ code: 'OUTPUT_NOT_WRITABLE', action: expect.stringContaining('--out.') }),
    );
  });
});

describe('an export of a folder', () => {
  const shard = 'group1-shard1of1.bin';

  it('replaces an earlier one as a whole, for everybody to read', async () => {
    const path = join(parent, 'net-tfjs');
    const write = (files: [string, string][]) =>
      writeExport(path, tfjs, new Map(files.map(([name, text]) => [name, bytes(text)])));
    await write([
      ['model.json', '{}'],
      ['group1-shard1of2.bin', 'a'],
      ['group1-shard2of2.bin', 'b'],
    ]);
    checkTarget(path, tfjs);
    await write([
      ['model.json', '{"a":1}'],
      [shard, 'c'],
    ]);
    expect(readdirSync(path)).toEqual([shard, 'model.json']);
    expect(readFileSync(join(path, 'model.json'), 'utf8')).toBe('{"a":1}');
    expect(statSync(path).mode & 0o777).toBe(0o755);
  });

  it('does not take the place of a folder with anything else, or of a file', () => {
    const path = join(parent, 'mine');
    mkdirSync(path);
    writeFileSync(join(path, 'model.json'), '{}');
    checkTarget(path, tfjs);
    writeFileSync(join(path, 'thesis.tex'), '');
    const refusal = { code: 'OUTPUT_NOT_WRITABLE', found: 'thesis.tex' };
    expect(() => checkTarget(path, tfjs)).toThrow(expect.objectContaining(refusal));
    expect(() => checkTarget(join(path, 'thesis.tex'), tfjs)).toThrow(
      expect.objectContaining({ code: 'OUTPUT_NOT_WRITABLE', found: 'EEXIST' }),
    );
  });
});
