import type { TaskweaveError } from '@taskweave/common';
import type { RunRecord } from '@taskweave/runs';
import { BusForwarder } from './bus-forwarder.js';
import { BusPublisher } from './bus-publisher.js';
import type { RunMessages } from './messages.js';
import type { RunControl } from './run-control.js';
import type { RunEvents } from './run-events.js';

/** How long the end of a run waits for events that the server has not stored yet, in milliseconds. */
const DRAIN_MS = 30_000;

/** Publishes the events of a run while `work` is done; one that cannot be published aborts the run. */
export async function withBus<Result>(
  record: RunRecord,
  { own, messaging }: RunMessages,
  events: RunEvents,
  control: RunControl,
  work: () => Promise<Result>,
): Promise<Result> {
  const onFailure = (error: TaskweaveError): void => control.abort(error);
  const publisher = await BusPublisher.open(own, record, events, onFailure);
  const forwarder =
    own === messaging.events
      ? undefined
      : await BusForwarder.open(publisher.opened, own, messaging.events, onFailure);
  try {
    return await work();
  } finally {
    const last = await publisher.idle();
    if (forwarder !== undefined && !(await forwarder.drain(last, DRAIN_MS))) {
      const message =
        'The NATS server is away, so it has not all events of the run; messages/ in its folder has.';
      events.emit({ kind: 'warning', step: record.plan.spec.steps, message });
      await publisher.idle();
    }
    await forwarder?.stop();
  }
}
