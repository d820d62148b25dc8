import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { FLOW_CONTROL_WINDOW_BYTES, KEEPALIVE } from './limits.js';
import { hostOf, socketPath } from './security/host-of.js';

/**
 * An HTTP/2 connection to one service, kept for the calls that follow and opened anew once it is lost. It keeps the
 * process alive only while calls run.
 */
export class Http2Link {
  readonly #address: string;
  readonly #tls: ConnectionOptions | undefined;
  #session: Promise<ClientHttp2Session> | undefined;
  #closed = false;
  #running = 0;

  /** @param tls how a TLS connection is made; undefined for none */
  constructor(address: string, tls: ConnectionOptions | undefined) {
    this.#address = address;
    this.#tls = tls;
  }

  /**
   * Runs a call on the connection.
   *
   * @throws what the connection failed with
   */
  async during<T>(call: (session: ClientHttp2Session) => Promise<T>): Promise<T> {
    const session = await this.#open();
    this.#running++;
    session.ref();
    try {
      return await call(session);
    } finally {
      this.#running--;
      if (this.#running === 0 && !session.destroyed) session.unref();
    }
  }

  /** Cancels nothing: calls still running fail or finish on their own. */
  close(): void {
    this.#closed = true;
    this.#session?.then(
      (session) => session.close(),
      () => undefined,
    );
  }

  async #open(): Promise<ClientHttp2Session> {
    if (this.#closed) throw new Error('The connection was closed here');
    this.#session ??= openSession(this.#address, this.#tls).then((session) => {
      this.#keepAlive(session);
      return session;
    });
    const opening = this.#session;
    const forget = (): void => {
      if (this.#session === opening) this.#session = undefined;
    };
    try {
      const session = await opening;
      if (!session.closed && !session.destroyed) return session;
    } catch (error) {
      forget();
      throw error;
    }
    forget();
    return this.#open();
  }

  /** Ends a connection whose other end no longer answers while calls run on it. */
  #keepAlive(session: ClientHttp2Session): void {
    const timer = setInterval(() => {
      if (this.#running === 0) return;
      const late = setTimeout(() => session.destroy(new Error('It does not answer')), KEEPALIVE.answerMs);
      const sent = session.ping(() => clearTimeout(late));
      if (!sent) clearTimeout(late);
    }, KEEPALIVE.everyMs);
    timer.unref();
    session.once('close', () => clearInterval(timer));
  }
}

function openSocket(address: string, tls: ConnectionOptions | undefined): Socket {
  const path = socketPath(address);
  const place =
    path === undefined
      ? { host: hostOf(address) ?? '', port: Number(/:(\d+)$/.exec(address)?.[1]) }
      : { path };
  if (tls === undefined) return connectSocket({ ...place, noDelay: true });
  return connectTls({ ...place, ...tls }).setNoDelay(true);
}

/** Resolves once the service has answered in HTTP/2. */
function openSession(address: string, tls: ConnectionOptions | undefined): Promise<ClientHttp2Session> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(tls === undefined ? 'http://localhost' : 'https://localhost', {
      createConnection: () => openSocket(address, tls),
      settings: { initialWindowSize: FLOW_CONTROL_WINDOW_BYTES, enablePush: false },
    });
    const late = setTimeout(() => session.destroy(new Error('It does not answer')), KEEPALIVE.answerMs);
    // A connection that breaks later is noticed by its calls.
    session.on('error', reject);
    session.once('close', () => {
      clearTimeout(late);
      reject(new Error('The connection ended before it was ready'));
    });
    session.once('remoteSettings', () => {
      clearTimeout(late);
      session.setLocalWindowSize(FLOW_CONTROL_WINDOW_BYTES);
      session.unref();
      resolve(session);
    });
  });
}
