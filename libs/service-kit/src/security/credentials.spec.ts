import {
  Server,
  ServerCredentials,
  credentials,
  status,
  type ChannelCredentials,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Identity } from '@taskweave/certificates';
import { DataServiceClient, DataServiceService, DescribeResponse } from '@taskweave/contracts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callUnary } from '../client.js';
import { connect } from '../connection.js';
import { unary } from '../handlers.js';
import { checkHealth } from '../health.js';
import { startTestServices, type TestServices } from '../testing/start-test-services.js';
import { testAuthority, turnTlsOn, type TestAuthority } from '../testing/tls-environment.js';

const REQUEST = { dataJson: '{}', tasks: [] };

let authority: TestAuthority;
let stranger: TestAuthority;
let ours: Identity;
beforeAll(async () => {
  authority = await testAuthority('ours');
  stranger = await testAuthority('somebody else');
  ours = await authority.issue();
});

/** Number of calls that reached a handler. */
let answered = 0;

async function startServer(identity = ours, address?: string): Promise<TestServices & { turnOff(): void }> {
  answered = 0;
  const turnOff = turnTlsOn(authority.pem, identity);
  const describe = unary(() => {
    answered++;
    return DescribeResponse.fromPartial({ imageShape: [1] });
  });
  return { ...(await startTestServices({ describe }, address)), turnOff };
}

/** Calls as any gRPC client might; the status code and its text. */
async function callAs(
  clientCredentials: ChannelCredentials,
  address: string,
): Promise<{ code: string; details: string }> {
  const client = new DataServiceClient(address, clientCredentials);
  try {
    return await new Promise((resolve) => {
      client.describe(REQUEST, (error: ServiceError | null) =>
        resolve({ code: status[error?.code ?? status.OK]!, details: error?.details ?? '' }),
      );
    });
  } finally {
    client.close();
  }
}

function credentialsOf(ca: string, identity?: Identity): ChannelCredentials {
  if (identity === undefined) return credentials.createSsl(Buffer.from(ca));
  return credentials.createSsl(Buffer.from(ca), Buffer.from(identity.key), Buffer.from(identity.certificate));
}

describe('a server with mutual TLS', () => {
  let services: Awaited<ReturnType<typeof startServer>>;
  let address: string;
  beforeAll(async () => {
    services = await startServer();
    address = services.server.address.replace('127.0.0.1', 'localhost');
  });
  afterEach(() => expect(answered).toBe(0));
  afterAll(async () => {
    await services.stop();
    services.turnOff();
  });

  it('answers clients with a certificate of its authority', async () => {
    expect((await callUnary(services.data, 'describe', REQUEST)).imageShape).toEqual([1]);
    expect(await checkHealth(services.server.address)).toBe('SERVING');
    expect(await callAs(credentialsOf(authority.pem, ours), address)).toMatchObject({ code: 'OK' });
    expect(answered).toBe(2);
    answered = 0;
  });

  it('gives a client without TLS nothing: UNAVAILABLE', async () => {
    const { code } = await callAs(credentials.createInsecure(), address);
    expect(code).toBe('UNAVAILABLE');
  });

  it('gives a client without a certificate nothing: UNAVAILABLE', async () => {
    const { code, details } = await callAs(credentialsOf(authority.pem), address);
    expect(code).toBe('UNAVAILABLE');
    expect(details).toMatch(/certificate required|ECONNRESET|connection/i);
  });

  it('gives a client with a certificate of another authority nothing: UNAVAILABLE', async () => {
    const theirs = await stranger.issue();
    expect(await callAs(credentialsOf(authority.pem, theirs), address)).toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('gives a client with an expired certificate nothing: UNAVAILABLE', async () => {
    const expired = await authority.issue(['localhost'], -1);
    expect(await callAs(credentialsOf(authority.pem, expired), address)).toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('does not speak TLS 1.1', async () => {
    const port = Number(address.split(':')[1]);
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      ...{ ca: authority.pem, cert: ours.certificate, key: ours.key },
      ...{ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    });
    const ended = await new Promise<string>((resolve) => {
      socket.once('secureConnect', () => resolve('connected'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    socket.destroy();
    expect(ended).toMatch(/PROTOCOL_VERSION|ECONNRESET/);
  });
});

describe('a client with mutual TLS', () => {
  it.each([
    ['of another authority', () => stranger.issue()],
    ['for another host', () => authority.issue(['trainer-1.example.org', '192.0.2.1'])],
    ['that has expired', () => authority.issue(undefined, -1)],
  ])('refuses a server with a certificate %s', async (_what, issue) => {
    const turnServerOff = turnTlsOn(authority.pem, ours);
    const address = await startForeignServer(await issue());
    const connection = connect(DataServiceClient, address.value, { name: 'data-loader' });
    await expect(callUnary(connection, 'describe', REQUEST)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      found: expect.stringMatching(/certificate|self-signed|altname/i) as string,
    });
    expect(answered).toBe(0);
    connection.close();
    await address.stop();
    turnServerOff();
  });

  it('works over a unix socket too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taskweave-'));
    const services = await startServer(ours, `unix:${folder}/socket`);
    expect((await callUnary(services.data, 'describe', REQUEST)).imageShape).toEqual([1]);
    await services.stop();
    services.turnOff();
    rmSync(folder, { recursive: true });
  });
});

/** A server with a certificate that our own settings would refuse. */
async function startForeignServer(identity: Identity): Promise<{ value: string; stop(): Promise<void> }> {
  answered = 0;
  const server = new Server();
  server.addService(DataServiceService, {
    describe: unary(() => {
      answered++;
      return DescribeResponse.fromPartial({});
    }),
    streamBatches: unary(() => ({})),
  });
  const pair = { private_key: Buffer.from(identity.key), cert_chain: Buffer.from(identity.certificate) };
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createSsl(null, [pair], false), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    value: `127.0.0.1:${port}`,
    stop: async () => server.forceShutdown(),
  };
}
