import type { RunningService, ServiceModule } from '@taskweave/service-kit';
import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';

/** Bytes written at once: as much as a chunk of a batch. */
const WRITE_BYTES = 256 * 1024;

/** What plain HTTP/2 can do in Node: answers a request for `/<bytes>` with as many bytes. */
export const http2Peer: ServiceModule = {
  name: 'http2-peer',
  async start(): Promise<RunningService> {
    const server = createServer();
    server.on('stream', (stream, headers) => {
      // The other side may go away at any time.
      send(stream, Number(headers[':path']?.slice(1))).catch(() => stream.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return {
      name: 'http2-peer',
      address: `127.0.0.1:${port}`,
      stop: () => new Promise((resolve) => server.close(() => resolve())),
    };
  },
};

async function send(stream: ServerHttp2Stream, bytes: number): Promise<void> {
  const block = Buffer.alloc(WRITE_BYTES, 7);
  stream.respond({ ':status': 200 });
  for (let sent = 0; sent < bytes; sent += WRITE_BYTES) {
    if (stream.write(block.subarray(0, Math.min(WRITE_BYTES, bytes - sent)))) continue;
    await once(stream, 'drain');
  }
  stream.end();
}
