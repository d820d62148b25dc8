import { setTimeout } from 'node:timers/promises';
import { openNativeSessions } from '../engines/onnx-native-session.js';
import { openEngine } from '../open-engine.js';
import type { Executable } from '../program.js';
import { tf } from '../tf.js';
import { initialState, inputsAt, pass } from './two-branches.js';

/**
 * Entry of a process that trains two branches for 2,000 rounds and prints what it holds on to on the way: a JSON list
 * of {@link Holdings}. Wants `--expose-gc`.
 */

/** What the process holds after some rounds, garbage collected. */
export interface Holdings {
  readonly rounds: number;
  /** Of TensorFlow.js. */
  readonly tensors: number;
  /** Of onnxruntime, created and not released. */
  readonly sessions: number;
  /** The rest are bytes. */
  readonly resident: number;
  readonly heap: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

/** After warm-up, and at the end. */
const SAMPLED = new Set([500, 2000]);
/** Every eighth batch is an epoch's last, which is smaller and has programs of its own. */
const batchSizeAt = (round: number): number => (round % 8 === 7 ? 2 : 4);

async function holdings(rounds: number): Promise<Holdings> {
  // Twice: finalizers of the first collection free what the second one sees.
  for (let i = 0; i < 2; i++) {
    globalThis.gc!();
    await setTimeout(10);
  }
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  return {
    rounds,
    tensors: tf.memory().numTensors,
    sessions: openNativeSessions(),
    resident: rss,
    heap: heapUsed,
    external,
    arrayBuffers,
  };
}

const engine = await openEngine({ id: 'onnx', threads: 1 });
const state = engine.createState(initialState());
const executables = new Map<string, Promise<Executable>>();
async function run(kind: 'architecture' | 'weights', round: number): Promise<void> {
  const program = pass(kind, batchSizeAt(round));
  const executable = executables.get(program.name) ?? engine.compile(program, state);
  executables.set(program.name, executable);
  await (await executable).run(inputsAt(round, batchSizeAt(round)));
}

const found: Holdings[] = [];
for (let round = 0; round < Math.max(...SAMPLED); round++) {
  await run('architecture', round);
  await run('weights', round);
  if (SAMPLED.has(round + 1)) found.push(await holdings(round + 1));
}
process.stdout.write(JSON.stringify(found));
