import type { Json } from '@taskweave/common';
import { MOST_MESSAGE_BYTES } from '../limits.js';
import { checkDotted, checkId, checkRun, runOfToken } from '../names.js';
import type { Traced } from '../trace.js';
import { traceOf } from './trace-headers.js';

/** What the client hands over of a stored message. */
export interface StoredMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: { get(name: string): string } | undefined;
}

/** A message as {@link NatsEventBus} and {@link NatsWorkQueue} publish it. */
export interface ReadMessage extends Traced {
  readonly run: string;
  readonly kind: string;
  readonly id: string;
  readonly data: Json;
}

/** A message that was published by somebody else: whoever may write to a server may write anything. */
export interface Unreadable {
  /** A clause for people. */
  readonly unreadable: string;
}

/** Reads a message on a subject `<prefix>.<run>.<kind>`. */
export function readMessage(message: StoredMessage, prefix: string): ReadMessage | Unreadable {
  const [runToken = '', ...kinds] = message.subject.slice(prefix.length + 1).split('.');
  const [run, kind] = [runOfToken(runToken), kinds.join('.')];
  const id = message.headers?.get('Nats-Msg-Id') ?? '';
  try {
    checkRun(run);
    checkDotted('kind', kind);
    checkId(id);
  } catch (thrown) {
    const { message: what, found } = thrown as { message: string; found?: string };
    return { unreadable: `${what} ${found ?? ''}`.trim() };
  }
  const data = readJson(message.data);
  if (data === undefined) return { unreadable: whyUnreadable(message.data) };
  return { run, kind, id, data, ...traceOf(message) };
}

/** The value of a text; undefined when it is none, or larger than any that is published here. */
export function readJson(bytes: Uint8Array): Json | undefined {
  if (bytes.length > MOST_MESSAGE_BYTES) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch {
    return undefined;
  }
}

function whyUnreadable({ length }: Uint8Array): string {
  return length > MOST_MESSAGE_BYTES ? `It has ${length} bytes.` : `Its ${length} bytes are no JSON.`;
}
