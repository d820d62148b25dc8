import fc from 'fast-check';
import { TaskweaveError } from '@taskweave/common';
import type { Engine, HostTensors, Program } from '@taskweave/engine';
import { COMPARISONS, comparisonProgram, relativeError } from '@taskweave/engine/comparisons';

/** How an op on a device compares with the oracle. */
export interface OpResult {
  readonly op: string;
  /** Largest relative error of all outputs and gradients in all cases; unknown when the op could not be run. */
  readonly error?: number;
  /** Why it is not what the oracle computes; undefined when it is. */
  readonly failure?: string;
}

/** Relative error that is allowed where a comparison names no other. */
const TOLERANCE = 1e-4;

/**
 * Runs an op on random shapes, always the same ones, and compares value and gradients with the oracle's.
 *
 * @param op a name in COMPARISONS
 * @param cases how many shapes
 */
export async function compareOp(
  op: string,
  engine: Engine,
  oracle: Engine,
  cases: number,
): Promise<OpResult> {
  const comparison = COMPARISONS[op]!;
  const tolerance = comparison.tolerance ?? TOLERANCE;
  try {
    let error = 0;
    for (const [i, one] of fc.sample(comparison.cases, { numRuns: cases, seed: 1 }).entries()) {
      const program = comparisonProgram(one, comparison.gradients, i % 2 === 1);
      const expected = await run(oracle, program, one.state);
      error = Math.max(error, largestError(await run(engine, program, one.state), expected));
    }
    if (error <= tolerance) return { op, error };
    return { op, error, failure: `relative error ${error.toExponential(1)}, allowed is ${tolerance}` };
  } catch (thrown) {
    return { op, failure: TaskweaveError.from(thrown).message.trim().split('\n')[0]! };
  }
}

async function run(engine: Engine, program: Program, values: HostTensors): Promise<HostTensors> {
  const executable = await engine.compile(program, engine.createState(values));
  try {
    return await executable.run({});
  } finally {
    await executable.dispose();
  }
}

/** Infinite when a tensor is missing or has another shape. */
function largestError(found: HostTensors, expected: HostTensors): number {
  return Math.max(
    ...Object.entries(expected).map(([name, { data, shape }]) => {
      const tensor = found[name];
      return tensor === undefined || tensor.shape.join() !== shape.join()
        ? Infinity
        : relativeError(tensor.data, data);
    }),
  );
}
