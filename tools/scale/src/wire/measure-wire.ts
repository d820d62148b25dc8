import { fileURLToPath } from 'node:url';
import { startArchitect } from '../architect/start-architect.js';
import { SimulatedTrainer } from '../architect/simulated-trainer.js';
import { program, startMeasured, type MeasuredProcess } from '../measured-process.js';
import { measureDataWaiting, type DataWaiting } from './data-waiting.js';
import { measureGates, type GatesRoundTrip } from './gates-round-trip.js';
import { PlainHttp2 } from './plain-http2.js';
import { connectToData } from './read-stream.js';
import { measureStream, type StreamSpeed } from './stream-speed.js';
import { TcpLink } from './tcp-link.js';

export interface Wire {
  readonly stream: StreamSpeed;
  readonly dataWaiting: DataWaiting;
  readonly gates: GatesRoundTrip;
}

export interface WireOptions {
  /** Times that batches and plain TCP are measured in turn. */
  readonly rounds: number;
  /** Batches in a round. */
  readonly batches: number;
  /** Steps for waiting for data. */
  readonly steps: number;
  /** Milliseconds of such a step. */
  readonly computeMs: number;
  /** Exchanges of gates. */
  readonly exchanges: number;
}

const start = (name: string): Promise<MeasuredProcess> =>
  startMeasured(fileURLToPath(program(`wire/${name}-main.js`)));

/** Measures the wire, each peer in a process of its own on this machine. */
export async function measureWire(options: WireOptions): Promise<Wire> {
  const processes: MeasuredProcess[] = [];
  const closing: (() => unknown)[] = [];
  try {
    const peer = await start('tcp-peer');
    processes.push(peer);
    const http2Peer = await start('http2-peer');
    processes.push(http2Peer);
    const sender = await start('batch-sender');
    processes.push(sender);
    const { architect, place } = await startArchitect(1);
    processes.push(architect);
    const tcp = await TcpLink.open(peer.address);
    closing.push(() => tcp.close());
    const http2 = await PlainHttp2.open(http2Peer.address);
    closing.push(() => http2.close());
    const data = connectToData(sender.address);
    closing.push(() => data.close());
    const trainer = await SimulatedTrainer.join(place, '0');
    closing.push(() => trainer.leave());
    return {
      stream: await measureStream(data, { tcp, http2 }, options),
      dataWaiting: await measureDataWaiting(data, options),
      gates: await measureGates(trainer, tcp, { edges: place.edges, exchanges: options.exchanges }),
    };
  } finally {
    for (const close of closing) await close();
    await Promise.all(processes.map((one) => one.stop()));
  }
}
