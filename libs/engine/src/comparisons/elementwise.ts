import { tf } from '../tf.js';
import { ofOne, ofTwo, withoutGradients, type Comparisons } from './comparison.js';

const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.square(x), 0.1);
const asNumber = (x: tf.Tensor): tf.Tensor => tf.cast(x, 'float32');

export const ELEMENTWISE_COMPARISONS: Comparisons = {
  abs: ofOne(tf.abs),
  addN: ofOne((x) => tf.addN([x, tf.neg(x), tf.square(x)])),
  'cast to int32 and back': ofOne((x) => asNumber(tf.cast(tf.mul(x, 3), 'int32'))),
  ceil: ofOne(tf.ceil),
  clipByValue: ofOne((x) => tf.clipByValue(x, -0.5, 0.8)),
  cos: ofOne(tf.cos),
  elu: ofOne(tf.elu),
  erf: ofOne(tf.erf),
  exp: ofOne(tf.exp),
  expm1: ofOne(tf.expm1),
  fill: ofOne((x) => tf.mul(x, tf.fill(x.shape, 2.5))),
  floor: ofOne(tf.floor),
  'gelu by its definition': ofOne((x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
  identity: ofOne((x) => tf.clone(x)),
  leakyRelu: ofOne((x) => tf.leakyRelu(x, 0.1)),
  log: ofOne((x) => tf.log(positive(x))),
  log1p: ofOne((x) => tf.log1p(positive(x))),
  neg: ofOne(tf.neg),
  'ones and zeros': ofOne((x) =>
    tf.add(tf.mul(tf.onesLike(x), x), tf.add(tf.zerosLike(x), tf.ones(x.shape))),
  ),
  reciprocal: ofOne((x) => tf.reciprocal(positive(x))),
  relu: ofOne(tf.relu),
  relu6: ofOne((x) => tf.relu6(tf.mul(x, 5))),
  round: ofOne((x) => tf.round(tf.mul(x, 3))),
  rsqrt: ofOne((x) => tf.rsqrt(positive(x))),
  selu: ofOne(tf.selu),
  sigmoid: ofOne(tf.sigmoid),
  sign: ofOne(tf.sign),
  sin: ofOne(tf.sin),
  softplus: ofOne(tf.softplus),
  sqrt: ofOne((x) => tf.sqrt(positive(x))),
  square: ofOne(tf.square),
  step: ofOne((x) => tf.step(x)),
  'step with a slope': ofOne((x) => tf.step(x, 0.3)),
  tanh: ofOne(tf.tanh),

  add: ofTwo(tf.add),
  sub: ofTwo(tf.sub),
  mul: ofTwo(tf.mul),
  div: ofTwo((x, y) => tf.div(x, positive(y))),
  maximum: ofTwo(tf.maximum),
  minimum: ofTwo(tf.minimum),
  mod: ofTwo((x, y) => tf.mod(tf.mul(x, 5), tf.add(tf.mul(tf.sign(y), 0.7), y))),
  pow: ofTwo((x, y) => tf.pow(positive(x), y)),
  prelu: ofTwo((x, y) => tf.prelu(tf.add(x, tf.zerosLike(y)), y)),
  squaredDifference: ofTwo(tf.squaredDifference),

  'where, with comparisons and logic': ofTwo((x, y) =>
    tf.where(
      tf.logicalOr(
        tf.logicalAnd(tf.greater(x, y), tf.lessEqual(x, 1)),
        tf.logicalAnd(tf.logicalNot(tf.greaterEqual(x, y)), tf.less(y, 0.5)),
      ),
      tf.mul(x, y),
      tf.sub(x, tf.square(y)),
    ),
  ),
  'equal and notEqual': withoutGradients(
    ofTwo((x, y) => {
      const [a, b] = [tf.round(x), tf.round(y)];
      return tf.add(asNumber(tf.equal(a, b)), tf.mul(asNumber(tf.notEqual(a, b)), 2));
    }),
  ),
};
