import type { ParameterDeclaration } from '../parameters.js';

/**
 * The last layer of a head: a weight [...window, inputs, outputs] and a bias [outputs], named `<prefix>/classifier/...`,
 * in the groups that may learn at rates of their own.
 *
 * @param window height and width of the kernel of a convolution; empty for a dense layer
 */
export function declareClassifier(
  prefix: string,
  window: readonly number[],
  inputs: number,
  outputs: number,
): ParameterDeclaration[] {
  return [
    {
      name: `${prefix}/classifier/weight`,
      shape: [...window, inputs, outputs],
      group: 'classifier-weight',
      trainable: true,
      initial: { kind: 'normal', deviation: Math.sqrt(1 / inputs) },
    },
    {
      name: `${prefix}/classifier/bias`,
      shape: [outputs],
      group: 'classifier-bias',
      trainable: true,
      initial: { kind: 'constant', value: 0 },
    },
  ];
}
