import { expect, it } from 'vitest';
import { NO_LAYER, nodeOrigin } from './node-name.js';

it.each([
  ['left/conv1_1/Conv2D/Conv', 'left/conv1_1', false, 'Conv2D'],
  [
    'left/conv1_1:grad/Conv2DBackpropFilter/MatMul/MatmulTransposeFusion/',
    'left/conv1_1',
    true,
    'Conv2DBackpropFilter',
  ],
  ['right/fusion/conv3_2/Reshape/Reshape_2_new_reshape', 'right/fusion/conv3_2', false, 'Reshape'],
  ['Exp/Exp', NO_LAYER, false, 'Exp'],
  ["output/momentum/left/conv1_1/weight'", '(outputs)', false, 'Identity'],
])('reads %s', (name, layer, gradient, kernel) => {
  expect(nodeOrigin(name)).toEqual({ layer, gradient, kernel });
});
