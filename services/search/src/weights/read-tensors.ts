import { decodeSafetensors, type DecodeOptions } from '@taskweave/checkpoints';
import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import { readFileSync } from 'node:fs';

/**
 * The tensors of a safetensors file, in memory.
 *
 * @throws TaskweaveError `FILE_MISSING` when it cannot be read, `FILE_DAMAGED` when it is no such file
 */
export function readTensors(path: string, options: DecodeOptions = {}): NamedTensor[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TaskweaveError(
      {
        code: 'FILE_MISSING',
        message: `The file ${path} cannot be read.`,
        subject: path,
        found: code ?? message,
        expected: 'a safetensors file',
      },
      { cause },
    );
  }
  return decodeSafetensors(bytes, path, options).tensors;
}
