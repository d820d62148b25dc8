import { median } from '@taskweave/bench/statistics';
import type { SimulatedTrainer } from '../architect/simulated-trainer.js';
import type { TcpLink } from './tcp-link.js';

/** One trainer's exchange with the architect beside one of the same size over plain TCP, in milliseconds. */
export interface GatesRoundTrip {
  readonly edges: number;
  readonly gatesMs: number;
  readonly tcpMs: number;
}

const BYTES_PER_NUMBER = 8;

/** Measures the two in turns, `exchanges` times; medians. */
export async function measureGates(
  trainer: SimulatedTrainer,
  tcp: TcpLink,
  { edges, exchanges }: { edges: number; exchanges: number },
): Promise<GatesRoundTrip> {
  const gates: number[] = [];
  const plain: number[] = [];
  for (let step = 0; step < exchanges; step++) {
    const { sentAt, answeredAt } = await trainer.exchange(step);
    gates.push(answeredAt - sentAt);
    const start = performance.now();
    // A gradient out, two vectors of gates back.
    await tcp.exchange(BYTES_PER_NUMBER * (1 + edges), 2 * BYTES_PER_NUMBER * edges);
    plain.push(performance.now() - start);
  }
  return { edges, gatesMs: median(gates), tcpMs: median(plain) };
}
