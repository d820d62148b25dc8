import { TaskweaveError } from '@taskweave/common';
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
  type ServiceProcess,
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

/** How often a service process is started again within {@link RESTART_WINDOW_MS}. */
const MOST_RESTARTS = 5;
const RESTART_WINDOW_MS = 300_000;
/** Milliseconds before the first restart of a service; each further one waits as much longer. */
const RESTART_MS = 200;
/** Milliseconds after which whoever is connected to a service that was started again has noticed. */
const RECONNECT_MS = 5_000;
/** How long to wait for the news that a service process has ended after a call to it failed. */
const CRASH_NEWS_MS = 500;

export interface ServiceGroupOptions {
  /** Each in a process of its own, rather than all in this one. */
  processes: boolean;
  /** How many of a kind, where it is not 1. */
  counts?: Partial<Record<ServiceName, number>>;
  /** Told when a service process ends without having been asked to and cannot be started again. */
  onCrash(error: TaskweaveError): void;
}

/** Where services are that somebody else started, by name; at least one of each. */
export type ServiceAddresses = Readonly<Record<ServiceName, readonly string[]>>;

/**
 * Services that were started together and are stopped together. A process that ends without having been asked to is
 * started again, at the same address. Or, with {@link of}, services that somebody else looks after.
 */
export class ServiceGroup {
  /** By name. */
  readonly #running = new Map<ServiceName, RunningService[]>();
  /** By address. */
  readonly #connections = new Map<string, { close(): void }>();
  readonly #processes: Record<string, number> = {};
  readonly #restarting = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #restarts = 0;
  #restartedAt = -Infinity;
  #stopping = false;

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

  /** Services that go on when the group is stopped: it only connects to them. */
  static of(addresses: ServiceAddresses): ServiceGroup {
    const group = new ServiceGroup();
    const stop = (): Promise<void> => Promise.resolve();
    for (const name of SERVICE_NAMES) {
      group.#running.set(
        name,
        addresses[name].map((address) => ({ name, address, stop })),
      );
    }
    return group;
  }

  /** Process ids by name of service, `evaluator-2` for the second of a kind; empty when they share this process. */
  get processes(): Readonly<Record<string, number>> {
    return this.#processes;
  }

  /** How many processes were started again so far. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Calls back whenever a process was started again, with another id. */
  onRestart(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /**
   * Waits, after a call has failed, until services that crashed are there again.
   *
   * @param restarts {@link restarts} when nothing had failed yet
   * @returns whether any was started again since, or just before: connections to it may take some seconds to be new
   */
  async restartedSince(restarts: number): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, CRASH_NEWS_MS));
    await Promise.all(this.#restarting);
    return this.#restarts > restarts || performance.now() - this.#restartedAt < RECONNECT_MS;
  }

  /** Makes calls, and makes them again if they failed because a service crashed that is there again. */
  async restarting<T>(calls: () => Promise<T>): Promise<T> {
    for (;;) {
      const { restarts } = this;
      try {
        return await calls();
      } catch (thrown) {
        const lost = TaskweaveError.from(thrown).code === 'SERVICE_UNAVAILABLE';
        if (!lost || !(await this.restartedSince(restarts))) throw thrown;
      }
    }
  }

  /** Where a service is; the first of a kind. */
  address(name: ServiceName): string {
    return this.addresses(name)[0]!;
  }

  /** Where all services of a kind are. */
  addresses(name: ServiceName): string[] {
    return this.#running.get(name)!.map(({ address }) => address);
  }

  /** Where all services are, by name; `evaluator-2` for the second of a kind. */
  addressesByName(): Record<string, string> {
    return Object.fromEntries(
      SERVICE_NAMES.flatMap((name) =>
        this.addresses(name).map((address, i) => [label(name, i + 1), address]),
      ),
    );
  }

  /** A connection that lasts as long as the group. */
  connection<N extends ServiceName>(name: N, address = this.address(name)): ConnectionTo<N> {
    const known = this.#connections.get(address);
    if (known !== undefined) return known as ConnectionTo<N>;
    const connection = connect(CLIENTS[name] as never, address, { name }) as ConnectionTo<N>;
    this.#connections.set(address, connection);
    return connection;
  }

  /** Stops all that it started, those that call others before those that are called. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#restarting);
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
      const take = (child: ServiceProcess): void => {
        services[number - 1] = child;
        this.#processes[label(name, number)] = child.pid;
      };
      await this.#startProcess(packageName, take, onCrash);
    } else {
      const service = await launchInProcess(packageName);
      services[number - 1] = service;
      await waitUntilServing(service.address);
    }
  }

  /**
   * @param take has it take its place among the services
   * @param address where the process before it was
   * @param starts when those before it were started again
   */
  async #startProcess(
    packageName: string,
    take: (child: ServiceProcess) => void,
    onCrash: ServiceGroupOptions['onCrash'],
    address?: string,
    starts: readonly number[] = [],
  ): Promise<void> {
    const child = await launchProcess(packageName, address === undefined ? {} : { address });
    take(child);
    child.onExit((error) => {
      const now = performance.now();
      const recent = starts.filter((time) => now - time < RESTART_WINDOW_MS);
      if (this.#stopping || recent.length >= MOST_RESTARTS) return onCrash(error);
      const restart = async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS * (recent.length + 1)));
        if (this.#stopping) return;
        await this.#startProcess(packageName, take, onCrash, child.address, [...recent, now]);
        this.#restarts++;
        this.#restartedAt = performance.now();
        for (const listener of this.#listeners) listener();
      };
      const restarting: Promise<void> = restart()
        .catch((thrown: unknown) => onCrash(TaskweaveError.from(thrown)))
        .finally(() => this.#restarting.delete(restarting));
      this.#restarting.add(restarting);
    });
    await waitUntilServing(child.address);
  }
}

/** What the service of a kind with a number, from 1, is called. */
function label(name: ServiceName, number: number): string {
  return number === 1 ? name : `${name}-${number}`;
}
