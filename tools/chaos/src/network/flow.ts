import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Bytes on their way at most, as TCP has a window: who sends more has to wait. */
const WINDOW = 1 << 20;

/** The network as one direction of a connection meets it. */
export interface Passage {
  /** Milliseconds that a piece of data takes. */
  lateness(): number;
  /** Resolves when the way is free. */
  free(): Promise<void>;
}

interface Piece {
  /** Data, or how the connection ends. */
  readonly what: Buffer | 'end' | 'close';
  /** By performance.now(). */
  readonly due: number;
}

/** Carries one direction of a connection, in order, as late as the network has it. */
export class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #passage: Passage;
  readonly #pieces: Piece[] = [];
  #held = 0;
  #running = false;

  constructor(from: Socket, to: Socket, passage: Passage) {
    this.#from = from;
    this.#to = to;
    this.#passage = passage;
    from.on('data', (bytes: Buffer) => {
      this.#held += bytes.length;
      if (this.#held > WINDOW) from.pause();
      this.#push(bytes);
    });
    from.once('end', () => this.#push('end'));
    from.once('close', () => this.#push('close'));
    from.resume();
  }

  #push(what: Piece['what']): void {
    const due = Math.max(performance.now() + this.#passage.lateness(), this.#pieces.at(-1)?.due ?? 0);
    this.#pieces.push({ what, due });
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const wait = piece.due - performance.now();
      if (wait > 0) await setTimeout(wait);
      await this.#passage.free();
      this.#pieces.shift();
      await this.#deliver(piece.what);
    }
    this.#running = false;
  }

  async #deliver(what: Piece['what']): Promise<void> {
    const to = this.#to;
    if (what === 'end') to.end();
    else if (what === 'close') to.destroy();
    else {
      this.#held -= what.length;
      if (this.#from.isPaused() && this.#held <= WINDOW) this.#from.resume();
      if (to.writable && !to.write(what)) {
        await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => undefined);
      }
    }
  }
}
