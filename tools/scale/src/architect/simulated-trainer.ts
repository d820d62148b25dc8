import { randomStream } from '@taskweave/common';
import {
  ArchitectServiceClient,
  type ArchitectServiceService,
  type GateGradient,
  type OptimizeRequest,
  type OptimizeResponse,
} from '@taskweave/contracts';
import { connect, openBidi, type BidiCall, type Connection } from '@taskweave/service-kit';
import { TASK_IDS } from './plan.js';

/** When a trainer handed in its gradient and when it had the gates, in milliseconds of `performance.now()`. */
export interface Exchange {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Where a trainer takes part. */
export interface Place {
  /** The architect's. */
  readonly address: string;
  readonly run: string;
  /** Number of gates in every message. */
  readonly edges: number;
}

/** A trainer without tensors: a connection of its own to the architect, and fixed random numbers for gradients. */
export class SimulatedTrainer {
  readonly name: string;
  readonly #run: string;
  readonly #connection: Connection<ArchitectServiceService>;
  readonly #call: BidiCall<OptimizeRequest, OptimizeResponse>;
  readonly #gradient: Omit<GateGradient, 'step'>;

  private constructor({ address, run, edges }: Place, name: string) {
    this.name = name;
    this.#run = run;
    this.#connection = connect(ArchitectServiceClient, address, { name: 'architect' });
    this.#call = openBidi(this.#connection, 'optimize');
    const { normal } = randomStream(1, `trainer/${name}`, 0);
    this.#gradient = {
      gateGradients: Array.from({ length: edges }, (_, edge) => normal(edge)),
      losses: TASK_IDS.map((task) => ({ task, loss: 1 })),
      examples: 8,
      lost: [],
    };
  }

  /** Connects to the architect and joins a run at its first step. */
  static async join(place: Place, name: string): Promise<SimulatedTrainer> {
    const trainer = new SimulatedTrainer(place, name);
    const value = { step: 0, member: name };
    await trainer.#call.send({ run: place.run, message: { $case: 'join', value } });
    await trainer.#call.next();
    return trainer;
  }

  /** Hands in the gradient of a step and waits for the gates, that is, for all other trainers too. */
  async exchange(step: number): Promise<Exchange> {
    const value = { ...this.#gradient, step };
    const sent = this.#call.send({ run: this.#run, message: { $case: 'gradient', value } });
    const sentAt = performance.now();
    await sent;
    await this.#call.next();
    return { sentAt, answeredAt: performance.now() };
  }

  async leave(): Promise<void> {
    await this.#call.close();
    this.#connection.close();
  }
}
