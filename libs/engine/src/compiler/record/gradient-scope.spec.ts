import { expect, it } from 'vitest';
import { valueAndGradients } from '../../gradients.js';
import { tf } from '../../tf.js';
import { topologicalOrder } from '../graph.js';
import { record } from './record.js';
import { withScope } from './scope.js';

const spec = { dtype: 'float32', shape: [1, 4, 4, 2] } as const;

/** Doubles, and says so in its gradient in a way no other operation does. */
const doubled = tf.customGrad((x) => ({
  value: tf.mul(x as tf.Tensor, 2),
  gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.softplus(dy)),
}));

it('names the operations of a gradient by the layer they belong to', () => {
  const { graph } = record(
    {
      name: 'p',
      inputs: { x: spec },
      reads: [],
      run(_, { x }) {
        const { gradients, value } = valueAndGradients(
          ({ x: input }) => {
            const pooled = withScope('left/conv1', () => tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid'));
            const custom = withScope('left/conv2', () => withScope('norm', () => doubled(pooled)));
            return { value: tf.sum(tf.exp(custom)) as tf.Scalar, auxiliary: {} };
          },
          { x: x! },
        );
        return { outputs: { value, gradient: gradients['x']! } };
      },
    },
    {},
  );
  const scopes = new Map(
    topologicalOrder(Object.values(graph.outputs)).map(({ kernel, scope }) => [kernel, scope]),
  );
  expect(scopes.get('MaxPool')).toBe('left/conv1');
  expect(scopes.get('MaxPoolGrad')).toBe('left/conv1:grad');
  expect(scopes.get('Softplus')).toBe('left/conv2/norm:grad');
  expect(scopes.get('Exp')).toBe('');
});

it('leaves tfjs as it was', () => {
  const before = Reflect.get(tf.engine(), 'addTapeNode') as unknown;
  record({ name: 'p', inputs: { x: spec }, reads: [], run: (_, { x }) => ({ outputs: { x: x! } }) }, {});
  expect(Reflect.get(tf.engine(), 'addTapeNode')).toBe(before);
});
