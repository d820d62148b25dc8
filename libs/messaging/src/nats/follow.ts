import { DeliverPolicy, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { Subscription } from '../event-bus.js';
import { isRefusal, type Connection } from './connection.js';

/** Silence of the server after which a consumer is made anew, in milliseconds. */
const IDLE_HEARTBEAT_MS = 1_000;

export interface Following {
  readonly stream: string;
  /** Subject, with wildcards. */
  readonly filter: string;
  /** Sequence of the first message wanted, or `latest`: the last message of every subject, then all that follow. */
  readonly from: number | 'latest';
}

/**
 * Tells a handler the messages of a stream in order, one at a time, until it is stopped. When the connection breaks it
 * goes on after the last message that was handled.
 *
 * @param onFailure told once when the handler throws or the server refuses
 */
export async function follow(
  connection: Connection,
  { stream, filter, from }: Following,
  handler: (message: JsMsg) => void | Promise<void>,
  onFailure: (thrown: unknown) => void,
): Promise<Subscription> {
  let next = from;
  let stopped = false;
  let messages: ConsumerMessages | undefined;

  const open = async (): Promise<ConsumerMessages> => {
    const consumer = await connection.jetstream.consumers.get(stream, {
      filter_subjects: filter,
      ...(next === 'latest'
        ? { deliver_policy: DeliverPolicy.LastPerSubject }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.max(1, next) }),
    });
    return consumer.consume({ max_messages: 500, idle_heartbeat: IDLE_HEARTBEAT_MS });
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        messages ??= await connection.ask('follow messages', open);
        for await (const message of messages) {
          if (stopped) return;
          // A consumer that was made anew may begin early.
          if (typeof next === 'number' && message.seq < next) continue;
          try {
            await handler(message);
          } catch (thrown) {
            stopped = true;
            onFailure(thrown);
            return;
          }
          next = message.seq + 1;
        }
      } catch (thrown) {
        if (!stopped && (isRefusal(thrown) || connection.nats.isClosed())) {
          stopped = true;
          onFailure(thrown);
        }
      }
      await messages?.close();
      messages = undefined;
      if (stopped || connection.nats.isClosed()) return;
      await connection.pause();
    }
  };

  messages = await connection.ask('follow messages', open);
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      await messages?.close();
      await running;
    },
  };
}
