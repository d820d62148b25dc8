import {
  DataServiceClient,
  StreamBatchesRequest,
  StreamBatchesResponse,
  type DataServiceServer,
} from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StreamOptions } from './client.js';
import { connect, type Connection } from './connection.js';
import { serverStream } from './handlers.js';
import type { MessageSink } from './message-frames.js';
import { receiveStream, type ReceivingCall } from './receive-stream.js';
import { deferred } from './testing/deferred.js';
import { startTestServices, type TestServices } from './testing/start-test-services.js';
import { testAuthority, turnTlsOn } from './testing/tls-environment.js';

let services: TestServices | undefined;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  await services?.stop();
  services = undefined;
  for (const close of closing.splice(0)) await close();
});

type Handler = Parameters<typeof serverStream<StreamBatchesRequest, StreamBatchesResponse>>[0];

async function start(handler: Handler, address?: string): Promise<TestServices> {
  const streamBatches = serverStream(handler) as DataServiceServer['streamBatches'];
  return (services = await startTestServices({ streamBatches }, address));
}

const chunk = (offset: number, size = 1) =>
  StreamBatchesResponse.fromPartial({
    part: { $case: 'chunk', value: { offset, data: new Uint8Array(size).fill(offset) } },
  });

/** Keeps the offset of every message; whole messages only. */
class Offsets implements MessageSink {
  readonly headBytes = 0;
  readonly seen: number[] = [];
  onMessage = (): void => undefined;

  begin(): undefined {
    return undefined;
  }

  written(): void {
    throw new Error('nothing is to be written');
  }

  message(bytes: Uint8Array): void {
    const { part } = StreamBatchesResponse.decode(bytes);
    this.seen.push(part?.$case === 'chunk' ? part.value.offset : -1);
    this.onMessage();
  }
}

function receive(
  connection: Connection<TestServices['data']['definition']>,
  options: StreamOptions = {},
  sink = new Offsets(),
): ReceivingCall & { sink: Offsets } {
  const request = StreamBatchesRequest.fromPartial({ count: 3 });
  return { ...receiveStream(connection, 'streamBatches', request, sink, options), sink };
}

const forever: Handler = async function* (_request, { signal }) {
  yield chunk(0);
  await once(signal, 'abort');
};

describe('receiveStream', () => {
  it('gives every message in order, of any size, in one call after another', async () => {
    const { data } = await start(async function* ({ count }) {
      for (let i = 0; i < count; i++) yield chunk(i, 10 ** (2 * i));
    });
    for (let time = 0; time < 3; time++) {
      const call = receive(data);
      await call.ended;
      expect(call.sink.seen).toEqual([0, 1, 2]);
    }
  });

  it('goes over a unix socket, and over mutual TLS', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taskweave-receive-'));
    closing.push(() => rm(folder, { recursive: true }));
    const send: Handler = async function* () {
      yield chunk(1);
    };
    const plain = receive((await start(send, `unix:${folder}/socket`)).data);
    await plain.ended;
    expect(plain.sink.seen).toEqual([1]);
    await services!.stop();

    const authority = await testAuthority('ours');
    closing.push(turnTlsOn(authority.pem, await authority.issue()));
    const { data, server } = await start(send);
    const secure = receive(data);
    await secure.ended;
    expect(secure.sink.seen).toEqual([1]);
    const stranger = await testAuthority('somebody else');
    closing.push(turnTlsOn(stranger.pem, await authority.issue()));
    const deceived = connect(DataServiceClient, server.address, { name: 'data-loader' });
    closing.push(() => deceived.close());
    await expect(receive(deceived).ended).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('throws the error that the service threw, after the messages before it', async () => {
    const error = new TaskweaveError({ code: 'DATA_INVALID', message: 'Größe – 数据.', found: '"8"\n%41' });
    const { data } = await start(async function* ({ firstBatch }) {
      if (firstBatch === 0) yield chunk(4);
      throw error;
    });
    const call = receive(data);
    await expect(call.ended).rejects.toEqual(error);
    expect(call.sink.seen).toEqual([4]);
    const request = StreamBatchesRequest.fromPartial({ firstBatch: 1 });
    const atOnce = receiveStream(data, 'streamBatches', request, new Offsets());
    await expect(atOnce.ended).rejects.toEqual(error);
  });

  it('ends at the deadline, and tells the service', async () => {
    const { promise: aborted, resolve } = deferred();
    const { data } = await start(async function* (request, context) {
      yield* forever(request, context);
      resolve();
    });
    await expect(receive(data, { deadlineMs: 100 }).ended).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringContaining('in time') as string,
    });
    await aborted;
  });

  it('cancels, and tells the service; then nothing more comes', async () => {
    const { promise: aborted, resolve } = deferred();
    const controller = new AbortController();
    const { data } = await start(async function* (request, context) {
      yield* forever(request, context);
      resolve();
    });
    const sink = new Offsets();
    sink.onMessage = () => controller.abort();
    await expect(receive(data, { signal: controller.signal }, sink).ended).rejects.toMatchObject({
      code: 'STOPPED',
    });
    await aborted;
    expect(sink.seen).toEqual([0]);
    await expect(receive(data, { signal: AbortSignal.abort() }).ended).rejects.toMatchObject({
      code: 'STOPPED',
    });
  });

  it('ends with what the sink threw', async () => {
    const { data } = await start(forever);
    const sink = new Offsets();
    const error = new TaskweaveError({ code: 'MESSAGE_INVALID', message: 'No.' });
    sink.onMessage = () => {
      throw error;
    };
    await expect(receive(data, {}, sink).ended).rejects.toBe(error);
  });

  it('holds the service back while it is paused', async () => {
    let sent = 0;
    const { data } = await start(async function* () {
      for (; sent < 100; sent++) yield chunk(sent, 1_000_000);
    });
    const sink = new Offsets();
    const { promise: first, resolve } = deferred();
    const call = receive(data, {}, sink);
    sink.onMessage = () => {
      if (sink.seen.length > 1) return;
      call.pause();
      resolve();
    };
    await first;
    await new Promise((done) => setTimeout(done, 300));
    // What fits into the windows and buffers between.
    expect(sent).toBeLessThan(60);
    call.resume();
    await call.ended;
    expect(sink.seen).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('names the service that nobody runs, or that goes away, and finds it again', async () => {
    const { data, server } = await start(forever);
    const call = receive(data);
    call.sink.onMessage = () => void server.stop({ graceMs: 0 });
    const unavailable = { code: 'SERVICE_UNAVAILABLE', subject: `data-loader at ${server.address}` };
    await expect(call.ended).rejects.toMatchObject(unavailable);
    await expect(receive(data).ended).rejects.toMatchObject(unavailable);
    const again = await startTestServices(
      {
        streamBatches: serverStream(async function* () {
          yield chunk(7);
        }) as DataServiceServer['streamBatches'],
      },
      server.address,
    );
    closing.push(() => again.stop());
    const found = receive(data);
    await found.ended;
    expect(found.sink.seen).toEqual([7]);
  });
});

describe('receiveStream with a peer that', () => {
  async function listen(server: Server): Promise<Connection<TestServices['data']['definition']>> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const connection = connect(DataServiceClient, address, { name: 'data-loader' });
    closing.push(() => connection.close());
    closing.push(() => server.close());
    return connection;
  }

  const answering = (body: Buffer, trailers: Record<string, string> = { 'grpc-status': '0' }) => {
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end(body);
    });
    return listen(server);
  };

  it.each<[string, Buffer, Record<string, string>, object]>([
    ['ends within a message', Buffer.from([0, 0, 0, 0, 9, 1]), { 'grpc-status': '0' }, { code: 'INTERNAL' }],
    ['sends too much at once', Buffer.from([0, 2, 0, 0, 0]), { 'grpc-status': '0' }, { code: 'INTERNAL' }],
    ['compresses', Buffer.from([1, 0, 0, 0, 1, 7]), { 'grpc-status': '0' }, { code: 'INTERNAL' }],
    ['gives no status', Buffer.alloc(0), { x: 'y' }, { code: 'INTERNAL' }],
    [
      'knows other statuses only',
      Buffer.alloc(0),
      { 'grpc-status': '8', 'grpc-message': 'too%20much' },
      { code: 'INTERNAL', message: expect.stringContaining('RESOURCE_EXHAUSTED: too much') as string },
    ],
  ])('%s', async (_what, body, trailers, error) => {
    await expect(receive(await answering(body, trailers)).ended).rejects.toMatchObject(error);
  });

  it('is no gRPC service', async () => {
    const server = createHttp2Server((_request, response) => response.writeHead(404).end());
    await expect(receive(await listen(server)).ended).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      found: expect.stringContaining('404') as string,
    });
  });

  it('says nothing ends at the deadline, or when it is cancelled', async () => {
    const connection = await listen(createServer(() => undefined));
    await expect(receive(connection, { deadlineMs: 100 }).ended).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    const call = receive(connection);
    call.cancel();
    await expect(call.ended).rejects.toMatchObject({ code: 'STOPPED' });
  });
});
