import { TaskweaveError, type Json } from '@taskweave/common';
import { crc32 } from 'node:zlib';

/**
 * A log is text, one record a line: the CRC-32 of the JSON as eight hexadecimal digits, a space, the JSON. A process
 * that is killed leaves at most one broken line, at the end.
 */
export function encodeRecord(record: Json): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

export interface DecodedLog {
  readonly records: Json[];
  /** Bytes that hold whole records; what follows is the rest of an interrupted write. */
  readonly bytes: number;
}

/**
 * The records of a log, and how far they reach.
 *
 * @param path for messages
 * @throws TaskweaveError `FILE_DAMAGED` when a line is broken that whole ones follow: that was no interrupted write
 */
export function decodeLog(contents: Buffer, path: string): DecodedLog {
  const records: Json[] = [];
  let bytes = 0;
  let broken: number | undefined;
  let line = 0;
  for (let start = 0; start < contents.length; line++) {
    const end = contents.indexOf(0x0a, start);
    const record = end < 0 ? undefined : decodeLine(contents.toString('utf8', start, end));
    if (record === undefined) {
      broken ??= line;
    } else if (broken !== undefined) {
      throw damagedLog(path, broken + 1);
    } else {
      records.push(record.value);
      bytes = end + 1;
    }
    start = end < 0 ? contents.length : end + 1;
  }
  return { records, bytes };
}

/**
 * The record in a line, without its line break.
 *
 * @param path for messages
 * @throws TaskweaveError `FILE_DAMAGED`
 */
export function decodeRecord(line: string, path: string): Json {
  const record = decodeLine(line);
  if (record === undefined) throw damagedLog(path);
  return record.value;
}

function decodeLine(text: string): { value: Json } | undefined {
  const json = text.slice(9);
  if (text[8] !== ' ' || text.slice(0, 8) !== checksum(json)) return undefined;
  try {
    return { value: JSON.parse(json) as Json };
  } catch {
    return undefined;
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

function damagedLog(path: string, line?: number): TaskweaveError {
  const where = line === undefined ? 'a line' : `line ${line}`;
  return new TaskweaveError({
    code: 'FILE_DAMAGED',
    message: `${path} is damaged: ${where} is not as it was written.`,
    subject: path,
    found: `a wrong checksum in ${where}, with whole lines after it`,
    expected: 'the file as Taskweave wrote it',
    action: 'Restore the file, or remove it to begin without what it held.',
  });
}
