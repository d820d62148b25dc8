import { describe, expect, it } from 'vitest';
import { float32 } from '../../host-tensor.js';
import { pure } from '../../testing.js';
import { tf } from '../../tf.js';
import { compile } from '../compile.js';
import { currentScope, withScope } from './scope.js';

describe('withScope', () => {
  it('joins nested scopes, returns what the function returns, and ends with it', () => {
    expect(withScope('left', () => withScope('conv1_1', currentScope))).toBe('left/conv1_1');
    expect(() =>
      withScope('left', () => {
        throw new Error('oops');
      }),
    ).toThrow('oops');
    expect(currentScope()).toBe('');
  });

  it('names the nodes of the compiled model', () => {
    const inputs = { x: float32([2], [1, 2]) };
    const program = pure(inputs, ({ x }) => ({
      y: withScope('left', () => withScope('conv1_1', () => tf.relu(tf.exp(x!)))),
      z: tf.neg(x!),
    }));
    expect(compile(program, {}).model.nodes.map(({ name }) => name)).toEqual([
      'left/conv1_1/Exp/Exp',
      'left/conv1_1/Relu/Relu',
      'Neg/Neg',
    ]);
  });
});
