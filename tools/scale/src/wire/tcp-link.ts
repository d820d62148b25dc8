import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { HEADER_BYTES } from './tcp-peer.js';

/** A plain connection to {@link tcpPeer}. */
export class TcpLink {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(address: string): Promise<TcpLink> {
    const [host, port] = address.split(':');
    const socket = connect({ host: host!, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new TcpLink(socket);
  }

  /**
   * Sends a request of some size and waits for all of the answer.
   *
   * @param requestBytes header included, at least 8
   */
  async exchange(requestBytes: number, answerBytes: number): Promise<void> {
    const request = Buffer.alloc(requestBytes);
    request.writeUInt32BE(answerBytes, 0);
    request.writeUInt32BE(requestBytes - HEADER_BYTES, 4);
    let missing = answerBytes;
    await new Promise<void>((resolve, reject) => {
      const onData = (part: Buffer): void => {
        missing -= part.length;
        if (missing > 0) return;
        this.#socket.off('data', onData).off('error', reject);
        resolve();
      };
      this.#socket.on('data', onData).once('error', reject);
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
