import { elementCount } from '@taskweave/common';
import { float32, type HostTensors } from '../host-tensor.js';
import { tf, type NamedTensors } from '../tf.js';

const velocityOf = (name: string): string => `velocity/${name}`;

/** Velocities before the first step. */
export function initialVelocities(weights: HostTensors): HostTensors {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape }]) => [
      velocityOf(name),
      float32(shape, new Float32Array(elementCount(shape))),
    ]),
  );
}

/** SGD with momentum 0.9: v <- 0.9 v + g, w <- w - rate v. */
export function momentumStep(state: NamedTensors, gradients: NamedTensors, rate: tf.Tensor): NamedTensors {
  const next: NamedTensors = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    const velocity = tf.add(tf.mul(state[velocityOf(name)]!, 0.9), gradient);
    next[velocityOf(name)] = velocity;
    next[name] = tf.sub(state[name]!, tf.mul(velocity, rate));
  }
  return next;
}
