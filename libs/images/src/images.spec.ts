import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import {
  decodeJpeg,
  decodePng,
  decodePngNumbers,
  encodePng,
  raster,
  readImage,
  sheet,
  type Raster,
} from './index.js';

const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3, 4),
    wide: fc.boolean(),
  })
  .chain(({ width, height, channels, wide }) => {
    const size = width * height * channels;
    const numbers = fc.array(fc.nat(wide ? 65_535 : 255), { minLength: size, maxLength: size });
    return numbers.map((values): Raster => {
      const data = wide ? Uint16Array.from(values) : Uint8Array.from(values);
      return { width, height, channels, data };
    });
  });

describe('PNG', () => {
  it('gives back what was written, of 8 and of 16 bits', () => {
    fc.assert(
      fc.property(picture, (one) => {
        expect(decodePng(encodePng(one), 'x.png')).toEqual(one);
      }),
    );
  });

  it('of few bits is spread to 8', () => {
    expect(decodePng(grey2Bits([[0, 1, 2, 3, 3]]), 'x.png')).toMatchObject({
      channels: 1,
      data: Uint8Array.from([0, 85, 170, 255, 255]),
    });
  });

  it('of labels keeps the numbers that are stored', () => {
    expect(decodePngNumbers(grey2Bits([[0, 1, 2, 3, 3]]), 'x.png')).toMatchObject({
      channels: 1,
      data: Uint8Array.from([0, 1, 2, 3, 3]),
    });
    const palette = Uint8Array.from([9, 9, 9, 8, 8, 8, 7, 7, 7, 6, 6, 6]);
    expect(decodePngNumbers(grey2Bits([[3, 0, 2]], palette), 'x.png')).toMatchObject({
      channels: 1,
      data: Uint8Array.from([3, 0, 2]),
    });
    fc.assert(
      fc.property(picture, (one) => {
        expect(decodePngNumbers(encodePng(one), 'x.png')).toEqual(one);
      }),
    );
  });

  it('is refused by name when it is cut off or damaged', () => {
    const bytes = encodePng({ ...raster(40, 40, 3), data: new Uint8Array(4800).map((_, i) => i * 37) });
    const damaged = bytes.slice();
    damaged[60]! ^= 1;
    for (const bad of [bytes.slice(0, bytes.length / 2), damaged, new Uint8Array(3)]) {
      expect(() => decodePng(bad, 'x.png')).toThrow(
        expect.objectContaining({ code: 'DATA_INVALID', subject: 'x.png' }),
      );
    }
  });
});

describe('an image file', () => {
  it('is read as what it is, whatever its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'images-'));
    const red = { width: 8, height: 8, data: Buffer.alloc(256).map((_, i) => (i % 4 === 0 ? 255 : 0)) };
    await writeFile(join(folder, 'a.png'), jpeg.encode(red, 95).data);
    const read = await readImage(join(folder, 'a.png'));
    expect(read).toMatchObject({ width: 8, height: 8, channels: 3 });
    expect(read.data[0]).toBeGreaterThan(245);
    expect(read.data[1]).toBeLessThan(10);
    await writeFile(join(folder, 'b.png'), 'text');
    await expect(readImage(join(folder, 'b.png'), 'list line 3')).rejects.toMatchObject({
      code: 'DATA_INVALID',
      subject: 'list line 3',
    });
    await expect(readImage(join(folder, 'c.png'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });

  it('is refused when a JPEG is cut off', () => {
    const { data } = jpeg.encode({ width: 64, height: 64, data: Buffer.alloc(64 * 64 * 4, 90) }, 90);
    expect(() => decodeJpeg(data.subarray(0, 200), 'x.jpg')).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', subject: 'x.jpg' }),
    );
  });
});

it('a sheet has every picture in its row and column', () => {
  const grey = (value: number, width: number): Raster => ({
    ...raster(width, 2, 1),
    data: new Uint8Array(2 * width).fill(value),
  });
  const result = sheet([[grey(10, 3), grey(20, 2)], [grey(30, 1)]], 1);
  expect([result.width, result.height]).toEqual([1 + 3 + 1 + 2 + 1, 1 + 2 + 1 + 2 + 1]);
  const at = (x: number, y: number) => result.data[(y * result.width + x) * 3];
  expect([at(0, 0), at(1, 1), at(5, 2), at(1, 4), at(2, 4)]).toEqual([255, 10, 20, 30, 255]);
});

/** A PNG of 2 bits a pixel, grey or with a palette, made by hand: fast-png writes none. */
function grey2Bits(rows: readonly (readonly number[])[], palette?: Uint8Array): Uint8Array {
  const width = rows[0]!.length;
  const packed = rows.flatMap((row) => {
    const bytes = new Array<number>(Math.ceil(width / 4)).fill(0);
    row.forEach((value, x) => (bytes[x >> 2]! |= value << (6 - 2 * (x % 4))));
    return [0, ...bytes];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header[8] = 2;
  header[9] = palette === undefined ? 0 : 3;
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const signature = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', palette)]),
    chunk('IDAT', deflateSync(Uint8Array.from(packed))),
    chunk('IEND', new Uint8Array()),
  ]);
}
