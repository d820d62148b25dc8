import type { Member } from '@taskweave/messaging';
import { SERVICE_NAMES, type ServiceAddresses, type ServiceName } from '../run/services.js';

/** Who there is to work for runs. */
export interface MemberSource {
  /** Those of a kind, by name; one of them may be lost already. */
  list(service: string): readonly Member[];
  /** Told when that changes. @returns ends it */
  onChange(listener: () => void): () => void;
  stop(): Promise<void>;
}

/** What running runs use, by address. */
export interface Occupation {
  /** A trainer trains for one run at a time. */
  readonly trainers: ReadonlySet<string>;
  /** The other services serve several; how many each. */
  readonly shared: ReadonlyMap<string, number>;
}

/** Whom a run works with, or what it waits for. `holds`: later runs of the queue must not be served before it. */
export type Placement =
  { readonly services: ServiceAddresses } | { readonly waiting: string; readonly holds: boolean };

/** What is wrong with the service at an address; nothing when it answers. */
export type AskHealth = (address: string) => Promise<string | undefined>;

/** Chooses services for a run that needs so many trainers, among those that answer. */
export async function place(
  needed: number,
  members: MemberSource,
  { trainers: busy, shared }: Occupation,
  ask: AskHealth,
): Promise<Placement> {
  const trainers = members.list('supernet-trainer');
  if (trainers.length < needed) return wait(`needs ${count(needed)}, and there ${isOrAre(trainers.length)}`);
  const taken = trainers.filter(({ address }) => busy.has(address)).length;
  const { well, ill } = await examine(
    trainers.filter(({ address }) => !busy.has(address)),
    ask,
  );
  if (well.length + taken < needed) return wait(ill[0]!);
  if (well.length < needed) {
    return wait(`waits for ${count(needed - well.length)}: ${taken} of ${trainers.length} busy`, true);
  }
  const services: Partial<Record<ServiceName, string[]>> = { 'supernet-trainer': well.slice(0, needed) };
  for (const name of SERVICE_NAMES) {
    if (name === 'supernet-trainer') continue;
    const found = await examine(members.list(name), ask);
    if (found.well.length === 0) return wait(found.ill[0] ?? `needs a service ${name}, and there is none`);
    // Checkpoints are shared out among all evaluators; of the others a run uses one, the least busy.
    const load = (address: string): number => shared.get(address) ?? 0;
    services[name] =
      name === 'evaluator' ? found.well : [...found.well].sort((a, b) => load(a) - load(b)).slice(0, 1);
  }
  return { services: services as ServiceAddresses };
}

async function examine(
  members: readonly Member[],
  ask: AskHealth,
): Promise<{ well: string[]; ill: string[] }> {
  const found = await Promise.all(
    members.map(async ({ service, name, address }) => {
      const fault = await ask(address);
      return { address, fault: fault && `${service} ${name} at ${address} ${fault}` };
    }),
  );
  return {
    well: found.flatMap(({ address, fault }) => (fault === undefined ? [address] : [])),
    ill: found.flatMap(({ fault }) => fault ?? []),
  };
}

function wait(waiting: string, holds = false): Placement {
  return { waiting, holds };
}

function count(trainers: number): string {
  return trainers === 1 ? 'a trainer' : `${trainers} trainers`;
}

function isOrAre(count: number): string {
  return count === 0 ? 'is none' : count === 1 ? 'is 1' : `are ${count}`;
}
