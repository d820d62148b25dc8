import type { Messaging } from '@taskweave/messaging';

/** How many operations a second. */
export interface Rates {
  /** Events, one after the other: each waits until the one before is stored. */
  readonly publishInTurn: number;
  /** Events, many under way at a time. */
  readonly publish: number;
  /** Events told to a subscriber that replays them. */
  readonly replay: number;
  /** Jobs pulled and acknowledged by one worker, one after the other. */
  readonly workInTurn: number;
  /** Jobs pulled and acknowledged by eight workers. */
  readonly work: number;
  /** Compare-and-set of one key, one after the other. */
  readonly compareAndSet: number;
}

const WORKERS = 8;
const DATA = { step: 1, losses: { left: 0.693147, right: 0.693147 }, learningRate: 0.01, seconds: 0.2 };

/**
 * Measures messaging with messages of 100 bytes.
 *
 * @param count of operations; those done in turn are a tenth of it
 */
export async function measureRates(messaging: Messaging, count: number): Promise<Rates> {
  const few = Math.ceil(count / 10);
  const { events, state } = messaging;
  const queue = await messaging.queue('rates');
  const event = (id: string) => events.publish({ run: 'rates', kind: 'step', id, data: DATA });
  const job = (id: string) => queue.publish({ run: 'rates', kind: 'job', id, data: DATA });
  const all = (make: (i: number) => Promise<unknown>) =>
    Promise.all(Array.from({ length: count }, (_, i) => make(i)));
  const work = async (jobs: number): Promise<void> => {
    for (let i = 0; i < jobs; i++) await (await queue.pull())?.ack();
  };

  const publishInTurn = await rate(few, async () => {
    for (let i = 0; i < few; i++) await event(`turn-${i}`);
  });
  const publish = await rate(count, () => all((i) => event(`e-${i}`)));
  const replay = await rate(count, () => told(messaging, count));
  await all((i) => job(`j-${i}`));
  const workInTurn = await rate(few, () => work(few));
  const rest = Math.floor((count - few) / WORKERS);
  const shared = await rate(rest * WORKERS, () =>
    Promise.all(Array.from({ length: WORKERS }, () => work(rest))),
  );
  let revision = 0;
  const compareAndSet = await rate(few, async () => {
    for (let i = 0; i < few; i++) revision = (await state.compareAndSet('rates', i, revision)) ?? revision;
  });
  return { publishInTurn, publish, replay, workInTurn, work: shared, compareAndSet };
}

async function rate(count: number, run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (1000 * count) / (performance.now() - start);
}

async function told({ events }: Messaging, count: number): Promise<void> {
  let left = count;
  let stop!: () => Promise<void>;
  await new Promise<void>((resolve, reject) => {
    const handler = (): void => {
      if (--left === 0) resolve();
    };
    const subscribed = events.subscribe({ run: 'rates', from: 1 }, handler, reject);
    stop = async () => (await subscribed).stop();
    subscribed.catch(reject);
  });
  await stop();
}
