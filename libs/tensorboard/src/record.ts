import { crc32c } from '@aws-crypto/crc32c';

/** Added to a checksum's rotated bits, as TFRecord files have it. */
const MASK_DELTA = 0xa282ead8;

/**
 * The checksum of a record: CRC-32C, masked, so that checksums of data that holds checksums are no weaker. From the format of
 * TFRecord files (tensorflow.org/tutorials/load_data/tfrecord).
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

/** A record of a TFRecord file: its length as a uint64, the checksum of that, the data and their checksum, little-endian. */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
