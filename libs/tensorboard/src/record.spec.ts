import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { RecordReader } from 'tfrecord';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeRecord, maskedCrc32c } from './record.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'taskweave-records-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** The records of a file as another reader finds them. */
async function readRecords(bytes: Uint8Array): Promise<Uint8Array[]> {
  const path = join(folder, 'records');
  writeFileSync(path, bytes);
  const reader = await RecordReader.create(path);
  try {
    const records: Uint8Array[] = [];
    for (;;) {
      const record = await reader.readRecord();
      if (record === null) return records;
      records.push(record.slice());
    }
  } finally {
    await reader.close();
  }
}

it('has the checksum of the format', () => {
  // The check value of CRC-32C, 0xe3069283, rotated right by 15 bits and shifted.
  const expected = (((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0;
  expect(maskedCrc32c(Buffer.from('123456789'))).toBe(expected);
});

it('is read by another reader, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), async (records) => {
      const bytes = Buffer.concat(records.map((record) => encodeRecord(record)));
      expect(await readRecords(bytes)).toEqual(records);
    }),
    { numRuns: 50 },
  );
});

it('is refused by another reader with any bit changed, or cut short anywhere', async () => {
  const bytes = encodeRecord(Buffer.from('what was measured'));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (byte, bit) => {
      const changed = Uint8Array.from(bytes);
      changed[byte]! ^= 1 << bit;
      await expect(readRecords(changed)).rejects.toThrow(/CRC|4GB|Incomplete/);
      if (byte > 0) await expect(readRecords(bytes.subarray(0, byte))).rejects.toThrow('Incomplete');
    }),
    { numRuns: 50 },
  );
});
