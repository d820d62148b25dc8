import type { TaskweaveError } from '@taskweave/common';
import {
  ArchitectServiceClient,
  DataServiceClient,
  EvaluatorServiceClient,
  TrainerServiceClient,
} from '@taskweave/contracts';
import {
  connect,
  launchInProcess,
  launchProcess,
  waitUntilServing,
  type Connection,
  type RunningService,
} from '@taskweave/service-kit';

const CLIENTS = {
  'data-loader': DataServiceClient,
  architect: ArchitectServiceClient,
  'supernet-trainer': TrainerServiceClient,
  evaluator: EvaluatorServiceClient,
} as const;

/** Names of the services a run needs; package `@taskweave/<name>` each. */
export type ServiceName = keyof typeof CLIENTS;

export const SERVICE_NAMES = Object.keys(CLIENTS) as ServiceName[];

type ConnectionTo<N extends ServiceName> = Connection<(typeof CLIENTS)[N]['service']>;

export interface ServiceGroupOptions {
  /** Each in a process of its own, rather than all in this one. */
  processes: boolean;
  /** Told when a service process ends without having been asked to. */
  onCrash(error: TaskweaveError): void;
}

/** Services that were started together and are stopped together. */
export class ServiceGroup {
  readonly #running = new Map<ServiceName, RunningService>();
  readonly #connections = new Map<ServiceName, { close(): void }>();
  readonly #processes: Record<string, number> = {};

  /**
   * Starts services and waits until they answer.
   *
   * @throws TaskweaveError: what a service throws at its start, after the others were stopped
   */
  static async start(names: readonly ServiceName[], options: ServiceGroupOptions): Promise<ServiceGroup> {
    const group = new ServiceGroup();
    const starts = await Promise.allSettled(names.map((name) => group.#start(name, options)));
    const failure = starts.find((start) => start.status === 'rejected');
    if (failure === undefined) return group;
    await group.stop();
    throw failure.reason;
  }

  /** Process ids by name of service; empty when they share this process. */
  get processes(): Readonly<Record<string, number>> {
    return this.#processes;
  }

  address(name: ServiceName): string {
    return this.#running.get(name)!.address;
  }

  /** A connection that lasts as long as the group. */
  connection<N extends ServiceName>(name: N): ConnectionTo<N> {
    const known = this.#connections.get(name);
    if (known !== undefined) return known as ConnectionTo<N>;
    const connection = connect(CLIENTS[name] as never, this.address(name), { name }) as ConnectionTo<N>;
    this.#connections.set(name, connection);
    return connection;
  }

  /** Stops all, those that call others before those that are called. */
  async stop(): Promise<void> {
    for (const connection of this.#connections.values()) connection.close();
    for (const name of [...SERVICE_NAMES].reverse()) await this.#running.get(name)?.stop();
  }

  async #start(name: ServiceName, { processes, onCrash }: ServiceGroupOptions): Promise<void> {
    const packageName = `@taskweave/${name}`;
    if (processes) {
      const child = await launchProcess(packageName);
      this.#running.set(name, child);
      this.#processes[name] = child.pid;
      child.onExit(onCrash);
    } else {
      this.#running.set(name, await launchInProcess(packageName));
    }
    await waitUntilServing(this.address(name));
  }
}
