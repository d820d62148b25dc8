import { describe, expect, it } from 'vitest';
import { float32 } from '../../host-tensor.js';
import { pure } from '../../testing.js';
import { tf } from '../../tf.js';
import { recordPure } from './record-pure.js';
import { withScope } from './scope.js';

const inputs = { x: float32([2], [1, 2]) };
const recorded = (body: (x: tf.Tensor) => tf.Tensor) => () =>
  recordPure(
    pure(inputs, ({ x }) => ({ y: body(x!) })),
    {},
  );

describe('a program that is not a function of its inputs', () => {
  let calls = 0;

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['a random number', (x) => tf.mul(x, Math.random())],
    ['the time', (x) => tf.add(x, performance.now())],
    ['a counter', (x) => tf.pow(x, ++calls)],
    ['an attribute that changes', (x) => tf.leakyRelu(x, ++calls / 100)],
    ['another op', (x) => (++calls % 2 === 0 ? tf.sin(x) : tf.cos(x))],
    ['one op more', (x) => (++calls % 2 === 0 ? tf.sin(tf.sin(x)) : tf.sin(x))],
    ['other operands', (x) => (++calls % 2 === 0 ? tf.sub(x, tf.sin(x)) : tf.sub(tf.sin(x), x))],
  ])('is refused: %s', (_, body) => {
    expect(recorded((x) => withScope('head', () => body(x)))).toThrow(
      expect.objectContaining({ code: 'TRACE_UNSUPPORTED', subject: 'head' }),
    );
  });

  it('is told from one that is', () => {
    const { graph } = recorded((x) => tf.div(tf.leakyRelu(x, 0.1), Infinity))();
    expect(Object.keys(graph.outputs)).toEqual(['y']);
  });

  it('is shown both values', () => {
    let step = 0;
    expect(recorded((x) => tf.mul(x, 10 * ++step))).toThrow(
      expect.objectContaining({ found: 'Constant: {"value":10}, then {"value":20}' }),
    );
  });
});
