import { describe, expect, it } from 'vitest';
import { pure } from '../../testing.js';
import { tf } from '../../tf.js';
import { record } from './record.js';
import { withScope } from './scope.js';
import { traced } from './trace-backend.js';

const outside = tf.tensor1d([1, 2, 3]);
const recorded = (body: (x: tf.Tensor) => tf.Tensor) => () =>
  record(
    pure({ x: { dtype: 'float32', shape: [3], data: new Float32Array(3) } }, ({ x }) => ({ y: body(x!) })),
    {},
  );

describe('what cannot be recorded is refused', () => {
  it.each<[string, string, (x: tf.Tensor) => tf.Tensor]>([
    ['numbers of JavaScript', 'JavaScript numbers', (x) => tf.add(x, tf.tensor1d([1, 2, 3]))],
    ['random numbers', 'tf.randomNormal', (x) => tf.add(x, tf.randomNormal([3]))],
    [
      'a single random number',
      'tf.randomUniform',
      (x) => tf.add(x, tf.randomUniform([], 0, 1, 'float32', 5)),
    ],
    ['random integers', 'tf.randomUniformInt', (x) => tf.add(x, tf.randomUniformInt([1], 0, 9))],
    ['random gamma numbers', 'tf.randomGamma', (x) => tf.add(x, tf.randomGamma([1], 1))],
    ['truncated normal numbers', 'tf.truncatedNormal', (x) => tf.add(x, tf.truncatedNormal([1]))],
    [
      'numbers drawn by a function',
      'tf.rand',
      (x) =>
        tf.add(
          x,
          tf.rand([1], () => 0.5),
        ),
    ],
    ['dropout of tfjs', 'tf.dropout', (x) => tf.dropout(x, 0.5)],
    ['reading values', 'read the values', (x) => (x.dataSync()[0]! > 0 ? x : tf.neg(x))],
    ['ops without a rule', 'Asinh', (x) => tf.asinh(x)],
    ['tensors made before', 'made before', (x) => tf.add(x, outside)],
  ])('%s', (_, message, body) => {
    expect(recorded(body)).toThrow(
      expect.objectContaining({
        code: 'TRACE_UNSUPPORTED',
        subject: 'program',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it('naming the place in the model', () => {
    expect(recorded((x) => withScope('left', () => withScope('conv1_1', () => tf.asinh(x))))).toThrow(
      expect.objectContaining({ subject: 'left/conv1_1' }),
    );
  });
});

describe('the backend in use', () => {
  it('is the same afterwards, whether recording succeeds or not', () => {
    void tf.setBackend('cpu');
    recorded((x) => x)();
    expect(tf.getBackend()).toBe('cpu');
    expect(recorded((x) => tf.asinh(x))).toThrow();
    expect(tf.getBackend()).toBe('cpu');
    expect([...outside.dataSync()]).toEqual([1, 2, 3]);
  });

  it('gives inputs the values that stand for them', () => {
    traced((trace) => {
      const [value, tensor] = trace.input('x', 'int32', [2, 3]);
      expect(trace.value(tensor)).toBe(value);
      expect(tensor).toMatchObject({ dtype: 'int32', shape: [2, 3] });
    });
  });
});
