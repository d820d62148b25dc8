import { TaskweaveError } from '@taskweave/common';
import { Leases, Members } from '@taskweave/messaging';
import { checkOutputFolder } from '../run/check-output.js';
import { watchStorage } from '../run/run-metrics.js';
import { openClusterStore, type ClusterStore } from './cluster-store.js';
import { Coordinator } from './coordinator.js';
import { Leadership } from './leadership.js';
import { LocalServices } from './local-services.js';
import type { MemberSource } from './placement.js';
import { startClusterServer } from './server.js';

export interface ServeOptions {
  /** Folder that holds the runs, absolute. */
  readonly output: string;
  /** `host:port` to listen on. */
  readonly address: string;
  /** Services to start on this machine; without, members announce themselves over NATS. */
  readonly local?: { readonly trainers: number; readonly evaluators: number } | undefined;
  /** Ends it; runs go on when it is started again. */
  readonly stop: AbortSignal;
  /** Ends it without waiting for checkpoints. */
  readonly stopAtOnce: AbortSignal;
  /** Told where it listens and what it uses. */
  onListening(facts: {
    address: string;
    messages: string;
    processes: Readonly<Record<string, number>>;
  }): void;
  /** Told what happens, a line at a time, for people. */
  tell(line: string): void;
}

/**
 * Coordinates a cluster until it is told to stop. Of several that share a state store one leads, and the others stand by.
 *
 * @throws TaskweaveError what cannot be opened: the store, the address, the output folder, a local service
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { output, address, local, tell } = options;
  checkOutputFolder(output);
  let store: ClusterStore | undefined;
  let members: MemberSource | undefined;
  let coordinator: Coordinator | undefined;
  // Whoever asks in the first moments gets an answer as soon as it is known who leads.
  let decide = (): void => undefined;
  const decided = new Promise<void>((resolve) => (decide = resolve));
  const current = async (): Promise<Coordinator> => {
    await decided;
    if (coordinator === undefined) throw standsBy();
    return coordinator;
  };
  const use = (next: Coordinator | undefined): void => {
    coordinator = next;
    decide();
  };
  // First of all, as it is what fails most easily, and leaves nothing behind.
  const server = await startClusterServer(address, current);
  const unwatch = watchStorage(output);
  try {
    store = await openClusterStore(output);
    const services = local && (await LocalServices.start({ ...local, tell }));
    const { messaging } = store;
    const failure = new AbortController();
    members = services ?? (await Members.watch(messaging.state, (thrown) => failure.abort(thrown)));
    const processes = services?.processes ?? {};
    options.onListening({ address: server.address, messages: messaging.description, processes });
    const lead = new Lead(options, store, members);
    while (!options.stop.aborted) {
      await lead.once(use, server.address, failure.signal);
      // Nothing can be done without members; whoever supervises this process starts it again.
      if (failure.signal.aborted) throw failure.signal.reason;
    }
  } finally {
    await server.stop();
    await members?.stop();
    await store?.close();
    unwatch();
  }
}

class Lead {
  readonly #options: ServeOptions;
  readonly #store: ClusterStore;
  readonly #members: MemberSource;

  constructor(options: ServeOptions, store: ClusterStore, members: MemberSource) {
    this.#options = options;
    this.#store = store;
    this.#members = members;
  }

  /** Waits until this process leads, and leads until another one does, it is told to stop, or `failure` aborts. */
  async once(
    use: (coordinator: Coordinator | undefined) => void,
    address: string,
    failure: AbortSignal,
  ): Promise<void> {
    const { output, stop, stopAtOnce, tell } = this.#options;
    const { state } = this.#store.messaging;
    const leases = new Leases(state, address);
    const standsBy = (): void => {
      use(undefined);
      tell('another coordinator leads, or has just ended; standing by');
    };
    const leadership = await Leadership.acquire(leases, AbortSignal.any([stop, failure]), standsBy);
    if (leadership === undefined) return;
    const { token, lost } = leadership;
    const onFollowed = (): void => lost.abort();
    const members = this.#members;
    const coordinator = await Coordinator.open({ state, members, output, token, onFollowed, tell });
    use(coordinator);
    tell('leads the cluster');
    await aborted(AbortSignal.any([stop, lost.signal, failure]));
    use(undefined);
    if (lost.signal.aborted) tell('another coordinator leads now; standing by');
    const hurry = (): void => void coordinator.close(true);
    stopAtOnce.addEventListener('abort', hurry);
    await coordinator.close(!stop.aborted);
    stopAtOnce.removeEventListener('abort', hurry);
    await leadership.release();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function standsBy(): TaskweaveError {
  return new TaskweaveError({
    code: 'SERVICE_UNAVAILABLE',
    message: 'This coordinator does not lead the cluster: it starts or stops, or another one leads.',
    action: 'Ask the one that leads, or again in a few seconds.',
  });
}
