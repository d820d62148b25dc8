import type { BusEvent, EventBus } from '@taskweave/messaging';

/**
 * Publishes an event of a run, and reads which ids the run's events up to this one have. A bus itself forgets ids after
 * a while.
 *
 * @throws TaskweaveError as `EventBus.publish`
 */
export async function publishedIds(bus: EventBus, event: BusEvent): Promise<Set<string>> {
  const ids = new Set<string>();
  const { position } = await bus.publish(event);
  let resolve!: () => void;
  let reject!: (thrown: unknown) => void;
  const whole = new Promise<void>((...settle) => ([resolve, reject] = settle));
  const subscription = await bus.subscribe(
    { run: event.run, from: 1 },
    (told) => {
      ids.add(told.id);
      if (told.position >= position) resolve();
    },
    reject,
  );
  try {
    await whole;
  } finally {
    await subscription.stop();
  }
  return ids;
}
