import { differentiated } from '../differentiated.js';
import type { Program } from '../program.js';
import type { NamedTensors } from '../tf.js';
import { asFeatureMap, type Case, type Comparison } from './comparison.js';

/**
 * The program that is compared: the value and, for what is differentiable, the gradients by all float tensors.
 *
 * @param featureMaps whether tensors of rank 4 come in the layout that convolutions leave theirs in
 */
export function comparisonProgram(
  { state, apply }: Case,
  gradients: Comparison['gradients'],
  featureMaps: boolean,
): Program {
  const given = (x: NamedTensors): NamedTensors =>
    featureMaps
      ? Object.fromEntries(
          Object.entries(x).map(([name, tensor]) => [
            name,
            tensor.dtype === 'float32' ? asFeatureMap(tensor) : tensor,
          ]),
        )
      : x;
  if (gradients === 'none') {
    const run = (x: NamedTensors) => ({ outputs: { y: apply(given(x)) } });
    return { name: 'value', inputs: {}, reads: Object.keys(state), run };
  }
  const floats = Object.fromEntries(Object.entries(state).filter(([, { dtype }]) => dtype === 'float32'));
  return {
    name: 'gradient',
    inputs: {},
    reads: Object.keys(state),
    run: (x, inputs) => {
      const variables = Object.fromEntries(Object.keys(floats).map((name) => [name, x[name]!]));
      return differentiated(floats, (variable) => apply(given({ ...x, ...variable }))).run(variables, inputs);
    },
  };
}
