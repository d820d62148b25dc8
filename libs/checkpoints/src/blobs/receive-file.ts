import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UNFINISHED, notWritable } from '../durable-folder.js';

/**
 * Writes what comes in to a file that is there once it is whole and on the disk; one that was there before is replaced.
 *
 * @param bytes that have to come
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE` for what the disk refuses. What the source throws is thrown on, and an
 *   Error when it ends early or goes on too long. Nothing is left behind.
 */
export async function receiveFile(
  file: string,
  bytes: number,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = join(dirname(file), `${UNFINISHED}${randomUUID()}`);
  const refused = (cause: unknown): never => {
    throw notWritable(file, cause);
  };
  const handle = await open(temporary, 'wx').catch(refused);
  try {
    let received = 0;
    for await (const chunk of source) {
      received += chunk.length;
      if (received > bytes) break;
      await handle.writeFile(chunk).catch(refused);
    }
    if (received !== bytes) throw new Error(`${received} bytes came in place of ${bytes}`);
    await handle.sync().catch(refused);
    await handle.close();
    await rename(temporary, file).catch(refused);
  } catch (thrown) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw thrown;
  }
}
