import { TaskweaveError } from '@taskweave/common';
import { openEngineOn } from '../engines/open-engine-on.js';
import { float32 } from '../host-tensor.js';
import type { EngineId } from '../program.js';
import { tf } from '../tf.js';
import { measureSpeed } from './benchmark.js';
import type { DeviceId } from './device.js';
import { readableError } from './readable-error.js';

/** Entry of the process that tries an engine on a device (see `probe.ts`). Its argument is a {@link ProbeRequest}. */

export interface ProbeRequest {
  readonly id: EngineId;
  readonly device: DeviceId;
  readonly threads: number;
  readonly benchmark: boolean;
}

export type ProbeReply =
  | { readonly description: string; readonly gflops?: number }
  | { readonly error: string; readonly action?: string };

async function answer({ id, device, threads, benchmark }: ProbeRequest): Promise<ProbeReply> {
  const engine = await openEngineOn({ id, device, threads });
  const state = engine.createState({});
  const inputs = { x: { dtype: 'float32', shape: [2] } } as const;
  const square = await engine.compile(
    { name: 'square', inputs, reads: [], run: (_, { x }) => ({ outputs: { y: tf.mul(x!, x!) } }) },
    state,
  );
  const { y } = await square.run({ x: float32([2], [2, -3]) });
  if (y?.data[0] !== 4 || y.data[1] !== 9) return { error: `it computes 2² = ${y?.data[0]}` };
  return { description: engine.description, ...(benchmark && { gflops: await measureSpeed(engine) }) };
}

async function main(): Promise<void> {
  let reply: ProbeReply;
  try {
    reply = await answer(JSON.parse(process.argv[2] ?? '') as ProbeRequest);
  } catch (thrown) {
    const { message, found, action } = TaskweaveError.from(thrown);
    reply = { error: readableError(found ?? message), ...(action !== undefined && { action }) };
  }
  process.send!(reply, () => process.exit(0));
}

await main();
