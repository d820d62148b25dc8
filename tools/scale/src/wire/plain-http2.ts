import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';

/** Bytes that may come before they are read, as our own connections have it. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/** A plain HTTP/2 connection to {@link http2Peer}. */
export class PlainHttp2 {
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  static async open(address: string): Promise<PlainHttp2> {
    const session = connect(`http://${address}`, { settings: { initialWindowSize: WINDOW_BYTES } });
    await once(session, 'remoteSettings');
    session.setLocalWindowSize(WINDOW_BYTES);
    return new PlainHttp2(session);
  }

  /** Asks for so many bytes and waits for all of them. */
  async receive(bytes: number): Promise<void> {
    const stream = this.#session.request({ ':path': `/${bytes}` });
    let missing = bytes;
    stream.on('data', (part: Buffer) => (missing -= part.length));
    await once(stream, 'end');
    if (missing !== 0) throw new Error(`${missing} bytes of ${bytes} are missing`);
  }

  close(): void {
    this.#session.destroy();
  }
}
