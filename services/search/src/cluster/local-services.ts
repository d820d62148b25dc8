import { TaskweaveError } from '@taskweave/common';
import type { Member } from '@taskweave/messaging';
import { launchProcess, waitUntilServing, type ServiceProcess } from '@taskweave/service-kit';
import { metrics } from '@taskweave/telemetry';
import { SERVICE_NAMES, type ServiceName } from '../run/services.js';
import type { MemberSource } from './placement.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A process that has lived so long did not crash over its own start. */
const WELL_MS = 60_000;

export interface LocalServicesOptions {
  readonly trainers: number;
  readonly evaluators: number;
  /** Told when one crashes and when it is back. */
  tell(line: string): void;
}

/** Services in processes of their own on this machine, which are started again when they crash. */
export class LocalServices implements MemberSource {
  readonly #tell: (line: string) => void;
  readonly #members = new Map<string, { member: Member; child: ServiceProcess }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #listeners = new Set<() => void>();
  #stopped = false;

  private constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** @throws TaskweaveError what a service throws at its start, after the others were stopped */
  static async start({ trainers, evaluators, tell }: LocalServicesOptions): Promise<LocalServices> {
    const services = new LocalServices(tell);
    const counts: Partial<Record<ServiceName, number>> = {
      'supernet-trainer': trainers,
      evaluator: evaluators,
    };
    const starts = SERVICE_NAMES.flatMap((service) =>
      Array.from({ length: counts[service] ?? 1 }, (_, i) =>
        services.#launch(service, `${service}-${i + 1}`),
      ),
    );
    const failure = (await Promise.allSettled(starts)).find((start) => start.status === 'rejected');
    if (failure === undefined) return services;
    await services.stop();
    throw failure.reason;
  }

  list(service: string): Member[] {
    return [...this.#members.values()]
      .map(({ member }) => member)
      .filter((member) => member.service === service)
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  /** Process ids by name. */
  get processes(): Readonly<Record<string, number>> {
    const named = [...this.#members].map(([name, { child }]) => [name, child.pid] as const);
    return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.#members.values()].map(({ child }) => child.stop()));
  }

  async #launch(service: ServiceName, name: string, crashes = 0): Promise<void> {
    const child = await launchProcess(`@taskweave/${service}`);
    const started = performance.now();
    const member = { service, name, address: child.address };
    this.#members.set(name, { member, child });
    if (this.#stopped) return child.stop();
    child.onExit(({ found }) => {
      this.#members.delete(name);
      const soon = performance.now() - started > WELL_MS ? 1 : crashes + 1;
      this.#tell(`${name} has ended (${found ?? 'nobody knows why'})`);
      this.#changed();
      this.#launchLater(service, name, soon);
    });
    await waitUntilServing(child.address);
    if (crashes > 0) {
      metrics.serviceRestarts.add(1);
      this.#tell(`${name} runs again`);
    }
    this.#changed();
  }

  #launchLater(service: ServiceName, name: string, crashes: number): void {
    if (this.#stopped) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (crashes - 1));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#launch(service, name, crashes).catch((thrown: unknown) => {
        this.#tell(`${name} could not be started: ${TaskweaveError.from(thrown).message}`);
        // One that runs but does not answer yet is there; its end is told in any case.
        if (!this.#members.has(name)) this.#launchLater(service, name, crashes + 1);
      });
    }, wait);
    this.#timers.add(timer);
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
