/** Entry of a decoding thread: answers one request at a time. */
import { TaskweaveError } from '@taskweave/common';
import { parentPort, type Transferable } from 'node:worker_threads';
import { decodeExample, type DecodeRequest, type DecodedExample } from '../decode-example.js';
import type { DecodeReply } from './messages.js';

const port = parentPort;
if (port === null)
  throw new TaskweaveError({ code: 'INTERNAL', message: 'This file only runs as a worker.' });
port.on('message', (request: DecodeRequest) => {
  decodeExample(request).then(
    (decoded) => port.postMessage({ decoded } satisfies DecodeReply, buffersOf(decoded)),
    (error: unknown) =>
      port.postMessage({ error: TaskweaveError.from(error).toDetails() } satisfies DecodeReply),
  );
});

/** Memory that is handed over rather than copied. */
function buffersOf({ image, labels }: DecodedExample): Transferable[] {
  const arrays = labels.flatMap((label) =>
    typeof label === 'number' ? [] : [label instanceof Float32Array ? label : label.data],
  );
  return [image.data, ...arrays].map(({ buffer }) => buffer as ArrayBuffer);
}
