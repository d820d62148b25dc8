import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngine, type Engine } from '@taskweave/engine';
import { compareOp } from './compare-op.js';

let engine: Engine;
let oracle: Engine;
beforeAll(async () => {
  engine = await openEngine({ id: 'onnx', threads: 1 });
  oracle = await openEngine({ id: 'cpu', threads: 1 });
});
afterAll(async () => {
  await engine.dispose();
  await oracle.dispose();
});

/** The same engine, but the outputs whose names it is given are off by a hundredth. */
function spoiled(concerned: (name: string) => boolean): Engine {
  return {
    ...engine,
    createState: (values) => engine.createState(values),
    async compile(program, state) {
      const executable = await engine.compile(program, state);
      return {
        async run(inputs) {
          const outputs = await executable.run(inputs);
          return Object.fromEntries(
            Object.entries(outputs).map(([name, tensor]) => [
              name,
              concerned(name) ? { ...tensor, data: tensor.data.map((x) => 1.01 * x + 0.01) } : tensor,
            ]),
          ) as typeof outputs;
        },
        dispose: () => executable.dispose(),
      };
    },
    dispose: () => Promise.resolve(),
  };
}

it.each(['conv2d', 'softplus', 'randomUniform'])('finds %s equal to the oracle', async (op) => {
  const { error, failure } = await compareOp(op, engine, oracle, 3);
  expect(failure).toBeUndefined();
  expect(error).toBeLessThanOrEqual(1e-4);
});

it.each([
  ['a value', (name: string) => name === 'y'],
  ['a gradient', (name: string) => name.startsWith('d/')],
])('tells when %s differs', async (_, concerned) => {
  const { error, failure } = await compareOp('tanh', spoiled(concerned), oracle, 3);
  expect(error).toBeGreaterThan(1e-3);
  expect(failure).toContain('allowed is 0.0001');
});

it('tells why an op cannot be run', async () => {
  const refuse = {
    ...spoiled(() => false),
    compile: () => Promise.reject(new Error('no such kernel\nat x')),
  };
  expect(await compareOp('tanh', refuse, oracle, 1)).toEqual({ op: 'tanh', failure: 'no such kernel' });
});
