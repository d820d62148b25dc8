import type { RunningService, ServiceModule } from '@taskweave/service-kit';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** Bytes of a request's header: how many bytes to answer with, how many bytes of filling follow. */
export const HEADER_BYTES = 8;
/** Bytes written at once; the best of 64 KiB to 4 MiB. */
const WRITE_BYTES = 512 * 1024;

/** What a plain TCP connection can do: answers each request with as many bytes as it asks for. */
export const tcpPeer: ServiceModule = {
  name: 'tcp-peer',
  async start(): Promise<RunningService> {
    const server = createServer({ noDelay: true }, (socket) => {
      // The other side may go away at any time.
      serve(socket).catch(() => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return {
      name: 'tcp-peer',
      address: `127.0.0.1:${port}`,
      stop: () => new Promise((resolve) => server.close(() => resolve())),
    };
  },
};

async function serve(socket: Socket): Promise<void> {
  const block = Buffer.alloc(WRITE_BYTES, 7);
  let received = Buffer.alloc(0);
  for await (const part of socket) {
    received = Buffer.concat([received, part as Buffer]);
    while (received.length >= HEADER_BYTES) {
      const wanted = received.readUInt32BE(0);
      const total = HEADER_BYTES + received.readUInt32BE(4);
      if (received.length < total) break;
      received = received.subarray(total);
      for (let sent = 0; sent < wanted; sent += WRITE_BYTES) {
        if (socket.write(block.subarray(0, Math.min(WRITE_BYTES, wanted - sent)))) continue;
        await once(socket, 'drain');
      }
    }
  }
}
