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
  /** How many of a kind, where it is not 1. */
  counts?: Partial<Record<ServiceName, number>>;
  /** Told when a service process ends without having been asked to, and no other of its kind is left. */
  onCrash(error: TaskweaveError): void;
}

/** Services that were started together and are stopped together. */
export class ServiceGroup {
  /** By name; those that crashed are left out. */
  readonly #running = new Map<ServiceName, RunningService[]>();
  /** By address. */
  readonly #connections = new Map<string, { close(): void }>();
  readonly #processes: Record<string, number> = {};

  /**
   * Starts services and waits until they answer.
   *
   * @throws TaskweaveError: what a service throws at its start, after the others were stopped
   */
  static async start(names: readonly ServiceName[], options: ServiceGroupOptions): Promise<ServiceGroup> {
    const group = new ServiceGroup();
    const all = names.flatMap((name) =>
      Array.from({ length: options.counts?.[name] ?? 1 }, (_, i) => ({
        name,
        number: i + 1,
      })),
    );
    const starts = await Promise.allSettled(
      all.map(({ name, number }) => group.#start(name, number, options)),
    );
    const failure = starts.find((start) => start.status === 'rejected');
    if (failure === undefined) return group;
    await group.stop();
    throw failure.reason;
  }

  /** Process ids by name of service, `evaluator-2` for the second of a kind; empty when they share this process. */
  get processes(): Readonly<Record<string, number>> {
    return this.#processes;
  }

  /** Where a service is; the first of a kind that has not crashed. */
  address(name: ServiceName): string {
    return this.addresses(name)[0]!;
  }

  /** Where all services of a kind are that have not crashed. */
  addresses(name: ServiceName): string[] {
    return this.#running.get(name)!.map(({ address }) => address);
  }

  /** A connection that lasts as long as the group. */
  connection<N extends ServiceName>(name: N, address = this.address(name)): ConnectionTo<N> {
    const known = this.#connections.get(address);
    if (known !== undefined) return known as ConnectionTo<N>;
    const connection = connect(CLIENTS[name] as never, address, { name }) as ConnectionTo<N>;
    this.#connections.set(address, connection);
    return connection;
  }

  /** Stops all, those that call others before those that are called. */
  async stop(): Promise<void> {
    for (const connection of this.#connections.values()) connection.close();
    for (const name of [...SERVICE_NAMES].reverse()) {
      await Promise.all((this.#running.get(name) ?? []).map((service) => service.stop()));
    }
  }

  async #start(
    name: ServiceName,
    number: number,
    { processes, onCrash }: ServiceGroupOptions,
  ): Promise<void> {
    const packageName = `@taskweave/${name}`;
    const services = this.#running.get(name) ?? [];
    this.#running.set(name, services);
    if (processes) {
      const child = await launchProcess(packageName);
      services.push(child);
      this.#processes[number === 1 ? name : `${name}-${number}`] = child.pid;
      child.onExit((error) => {
        if (services.length > 1) services.splice(services.indexOf(child), 1);
        else onCrash(error);
      });
      await waitUntilServing(child.address);
    } else {
      const service = await launchInProcess(packageName);
      services.push(service);
      await waitUntilServing(service.address);
    }
  }
}
