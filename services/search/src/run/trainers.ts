import { callServerStream, callUnary, checkHealth } from '@taskweave/service-kit';
import type { TrainRequest, TrainingMember } from '@taskweave/contracts';
import { randomUUID } from 'node:crypto';
import type { ServiceGroup } from './services.js';
import type { TrainerStream } from './trainer-streams.js';

/** Milliseconds between requests to stop, until a trainer knows the run. */
const STOP_POLL_MS = 100;

/** The trainers of one training, from one setting out to the next. */
export class Trainers {
  readonly #services: ServiceGroup;
  readonly #run: string;
  readonly #members: readonly TrainingMember[];
  readonly #lost = new Set<string>();
  #ended = false;

  constructor(services: ServiceGroup, run: string) {
    this.#services = services;
    this.#run = run;
    this.#members = services
      .addresses('supernet-trainer')
      .map((address, index) => ({ name: `trainer-${index}`, address }));
  }

  /**
   * Calls them all.
   *
   * @param request what all are asked alike
   * @param alone whether there is but one trainer by plan, which needs no group
   */
  setOut(request: Omit<TrainRequest, 'run' | 'group'>, alone: boolean, signal: AbortSignal): TrainerStream[] {
    const session = randomUUID();
    return this.#members.map(({ name, address }) => {
      const ended = new AbortController();
      const group = alone ? undefined : { session, self: name, members: [...this.#members] };
      const messages = callServerStream(
        this.#services.connection('supernet-trainer', address),
        'train',
        { ...request, run: this.#run, group },
        { signal: AbortSignal.any([signal, ended.signal]) },
      );
      return { name, messages, cancel: () => ended.abort() };
    });
  }

  /** Takes note of one that the others go on without. */
  lose(name: string): void {
    this.#lost.add(name);
  }

  /** Whether one that was lost answers again. */
  async areBack(): Promise<boolean> {
    const lost = this.#members.filter(({ name }) => this.#lost.has(name));
    const states = await Promise.all(
      lost.map(({ address }) => checkHealth(address).catch(() => 'UNKNOWN' as const)),
    );
    return states.includes('SERVING');
  }

  /** Has them end with a checkpoint; resolves when one of them knows, with which all others stop. */
  async stop(): Promise<void> {
    // A trainer knows the run only from the moment it has the request; until then the stop is repeated.
    while (!this.#ended) {
      const left = this.#members.filter(({ name }) => !this.#lost.has(name));
      const answers = await Promise.allSettled(
        left.map(({ address }) =>
          callUnary(this.#services.connection('supernet-trainer', address), 'stop', { run: this.#run }),
        ),
      );
      if (answers.some((answer) => answer.status === 'fulfilled' && answer.value.stopping)) return;
      const refused = answers.filter((answer) => answer.status === 'rejected');
      if (refused.length === left.length) throw refused[0]?.reason;
      await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
    }
  }

  /** Nobody has to be stopped any more. */
  end(): void {
    this.#ended = true;
  }
}
