import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32 } from '../../host-tensor.js';
import { expectEqualEngines, normal, pure } from '../../testing.js';
import { tf } from '../../tf.js';
import { topologicalOrder, uniformValue, type Operation } from '../graph.js';
import { record } from '../record/record.js';
import { simplify } from './simplify.js';

type Body = (x: tf.Tensor, v: tf.Tensor) => tf.Tensor;

/** What is left of a function of x [2, 3] and v [3], apart from its inputs. */
function simplified(body: Body): Operation[] {
  const inputs = { x: float32([2, 3], new Float32Array(6)), v: float32([3], new Float32Array(3)) };
  const { graph, builder } = record(
    pure(inputs, ({ x, v }) => ({ y: body(x!, v!) })),
    {},
  );
  const order = topologicalOrder(Object.values(simplify(graph, builder).outputs));
  return order.filter(({ kernel }) => kernel !== 'Input');
}

const kernels = (body: Body): string[] => simplified(body).map(({ kernel }) => kernel);

describe('simplify', () => {
  it.each<[string, Body]>([
    ['x · 1', (x) => tf.mul(x, 1)],
    ['1 · x', (x) => tf.mul(1, x)],
    ['x · ones', (x) => tf.mul(x, tf.onesLike(x))],
    ['x + 0', (x) => tf.add(x, 0)],
    ['0 + x', (x) => tf.add(tf.zeros([3]), x)],
    ['x - 0', (x) => tf.sub(x, 0)],
    ['x / 1', (x) => tf.div(x, 1)],
    ['a reshape to the same shape', (x) => tf.reshape(x, [2, 3])],
    ['a slice of everything', (x) => tf.slice(x, [0, 0], [2, 3])],
    ['a cast to the same type', (x) => tf.cast(x, 'float32')],
    ['all of it at once', (x) => tf.mul(tf.add(x, tf.sub(tf.scalar(2), 2)), tf.div(tf.scalar(3), 3))],
  ])('drops %s', (_, body) => {
    expect(kernels(body)).toEqual([]);
  });

  it.each<[string, Body, string[]]>([
    ['x · 0, which is NaN for infinite x', (x) => tf.mul(x, 0), ['Constant', 'Multiply']],
    ['0 - x', (x) => tf.sub(0, x), ['Constant', 'Sub']],
    ['1 / x', (x) => tf.div(1, x), ['Constant', 'RealDiv']],
    ['1 · v where the shape grows', (_, v) => tf.mul(tf.ones([2, 3]), v), ['Expand']],
    ['a cast to another type', (x) => tf.cast(x, 'int32'), ['Cast']],
  ])('keeps %s', (_, body, expected) => {
    expect(kernels(body)).toEqual(expected);
  });

  it('leaves broadcasts to the operations that do them anyway', () => {
    expect(kernels((x, v) => tf.add(x, tf.mul(tf.ones([2, 3]), v)))).toEqual(['Add']);
    expect(kernels((x) => tf.add(x, tf.fill([2, 3], 2)))).toEqual(['Constant', 'Add']);
    const [constant] = simplified((x) => tf.add(x, tf.fill([2, 3], 2)));
    expect(constant!.outputs[0]!.shape).toEqual([]);
    // Not here: neither operand alone has the shape of the result.
    expect(kernels((_, v) => tf.add(tf.mul(tf.ones([2, 3]), v), v))).toEqual(['Expand', 'Add']);
  });

  it('computes with constants beforehand', () => {
    const operations = simplified((x) => tf.mul(x, tf.sqrt(tf.add(tf.mul(tf.scalar(4), 2), 1))));
    expect(operations.map(({ kernel }) => kernel)).toEqual(['Constant', 'Multiply']);
    expect(uniformValue(operations[0]!.outputs[0]!)).toBe(3);
  });

  it('merges equal operations, and no others', () => {
    expect(kernels((x) => tf.mul(tf.relu(x), tf.relu(x)))).toEqual(['Relu', 'Multiply']);
    expect(kernels((x) => tf.sub(tf.exp(tf.neg(x)), tf.log(tf.neg(x))))).toEqual([
      'Neg',
      'Exp',
      'Log',
      'Sub',
    ]);
    expect(kernels((x, v) => tf.mul(tf.add(x, v), tf.add(v, x))).filter((k) => k === 'Add')).toHaveLength(2);
    const column = (x: tf.Tensor, at: number) => tf.slice(x, [0, at], [2, 1]);
    expect(kernels((x) => tf.add(column(x, 0), column(x, 1)))).toEqual(['Slice', 'Slice', 'Add']);
  });

  it('tells 0 from -0', () => {
    const zeros = simplified((x) => tf.add(tf.div(1, tf.mul(x, 0)), tf.div(1, tf.mul(x, -0)))).filter(
      ({ outputs }) => uniformValue(outputs[0]!) === 0,
    );
    expect(zeros).toHaveLength(2);
  });

  it('leaves out what no output needs', () => {
    const body: Body = (x) => {
      tf.exp(x);
      return tf.relu(x);
    };
    expect(kernels(body)).toEqual(['Relu']);
  });

  it('changes no result, whatever the expression', async () => {
    const leaf = fc.constantFrom<Body>(
      (x) => x,
      (_, v) => v,
      () => tf.scalar(0),
      () => tf.scalar(1),
      () => tf.fill([2, 3], 2),
      () => tf.zeros([3]),
      () => tf.ones([2, 3]),
    );
    const { tree } = fc.letrec<{ tree: Body }>((tie) => ({
      tree: fc.oneof(
        // Deeper ones would leave the integers that float32 holds exactly.
        { maxDepth: 4, withCrossShrink: true },
        leaf,
        fc
          .tuple(fc.constantFrom(tf.add, tf.sub, tf.mul, tf.maximum, tf.minimum), tie('tree'), tie('tree'))
          .map(
            ([op, a, b]): Body =>
              (x, v) =>
                op(a(x, v), b(x, v)),
          ),
        fc.tuple(fc.constantFrom(tf.relu, tf.neg, tf.square, tf.step), tie('tree')).map(
          ([op, a]): Body =>
            (x, v) =>
              op(a(x, v)),
        ),
      ),
    }));
    const state = { x: normal('x', [2, 3]), v: normal('v', [3]) };
    await fc.assert(
      fc.asyncProperty(tree, async (body) => {
        const run = ({ x, v }: Record<string, tf.Tensor>) => ({ outputs: { y: body(x!, v!) } });
        const program = { name: 'expression', inputs: {}, reads: ['x', 'v'], run };
        await expectEqualEngines(program, state, { tolerance: 1e-6 });
      }),
      { numRuns: 60 },
    );
  });
});
