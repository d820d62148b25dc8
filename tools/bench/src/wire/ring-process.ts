/**
 * One member of the rings that are measured, in a process of its own: over plain TCP and HTTP/2, and as members of an
 * average.
 */
import { once } from 'node:events';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type ClientHttp2Session,
} from 'node:http2';
import { createServer, connect, type AddressInfo } from 'node:net';
import { Collective } from '@taskweave/collective';
import { TaskweaveError, describeError } from '@taskweave/common';
import { startServer } from '@taskweave/service-kit';
import type { RingOrder, RingReply } from './ring-messages.js';

const CHUNK = Buffer.alloc(512 * 1024, 1);
/** Bytes that may come before they are read, as our own connections have it. */
const WINDOW_BYTES = 8 * 1024 * 1024;

const name = process.argv[2] ?? 'member';
const collective = new Collective({ name });
const grpc = await startServer({ name, services: [collective.service] });
let data = new Float32Array(0);
/** Calls back at the end of every connection that was received, with its bytes. */
const ends: ((bytes: number) => void)[] = [];
/** Connections that ended before anyone asked: the left neighbour may be told to start first. */
const ended: number[] = [];
const tcp = createServer((socket) => {
  let bytes = 0;
  socket.on('data', (data) => (bytes += data.length));
  socket.on('end', () => {
    const waiting = ends.shift();
    if (waiting === undefined) ended.push(bytes);
    else waiting(bytes);
  });
});
await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));

const http2 = createHttp2Server();
http2.on('stream', (stream, headers) => {
  void (async () => {
    stream.respond({ ':status': 200 });
    await writeAll(stream, Number(headers[':path']?.slice(1)));
    stream.end();
  })();
});
await new Promise<void>((resolve) => http2.listen(0, '127.0.0.1', resolve));

async function writeAll(stream: NodeJS.WritableStream, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += CHUNK.length) {
    if (stream.write(CHUNK.subarray(0, Math.min(CHUNK.length, bytes - sent)))) continue;
    await once(stream, 'drain');
  }
}

/** To the process that is asked for bytes; kept, as gRPC keeps its connections. */
let session: ClientHttp2Session | undefined;

async function drawHttp2(port: number, bytes: number): Promise<void> {
  if (session === undefined) {
    session = connectHttp2(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: WINDOW_BYTES } });
    await once(session, 'remoteSettings');
    session.setLocalWindowSize(WINDOW_BYTES);
  }
  const stream = session.request({ ':path': `/${bytes}` });
  let missing = bytes;
  stream.on('data', (part: Buffer) => (missing -= part.length));
  await once(stream, 'end');
  if (missing !== 0) throw new Error(`${missing} bytes did not arrive`);
}

/** Sends `bytes` to the right neighbour and reads as many from the left one. */
async function passRaw(port: number, bytes: number): Promise<void> {
  const arrived = new Promise<number>((resolve) => {
    const early = ended.shift();
    if (early === undefined) ends.push(resolve);
    else resolve(early);
  });
  const socket = connect(port, '127.0.0.1');
  await writeAll(socket, bytes);
  await new Promise<void>((resolve) => socket.end(resolve));
  const found = await arrived;
  if (found !== bytes) throw new Error(`${found} bytes arrived, not ${bytes}`);
}

async function carryOut(order: RingOrder): Promise<number> {
  if (order.kind === 'raw') {
    const begin = performance.now();
    await passRaw(order.port, order.bytes);
    return performance.now() - begin;
  }
  if (order.kind === 'http2') {
    const begin = performance.now();
    await drawHttp2(order.port, order.bytes);
    return performance.now() - begin;
  }
  const { members, round, elements } = order;
  if (data.length !== elements) data = new Float32Array(elements).fill(1);
  const request = { group: 'bench', epoch: 0, round, members };
  const begin = performance.now();
  await collective.average({ ...request, tensors: [{ name: 'x', shape: [elements], data }] });
  return performance.now() - begin;
}

const reply = (message: RingReply): void => void process.send!(message);
process.on('message', (order: RingOrder) => {
  carryOut(order).then(
    (milliseconds) => reply({ kind: 'done', milliseconds }),
    (error: unknown) => reply({ kind: 'failed', message: describeError(TaskweaveError.from(error)) }),
  );
});
process.on('disconnect', () => process.exit(0));
reply({
  kind: 'listening',
  address: grpc.address,
  port: (tcp.address() as AddressInfo).port,
  http2Port: (http2.address() as AddressInfo).port,
});
