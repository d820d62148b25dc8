import { tf } from '../../tf.js';
import { currentScope, withScope } from './scope.js';

/** Ends the scope of a gradient's operations: those of `left/conv1_1` are in `left/conv1_1:grad`. */
export const GRADIENT_SUFFIX = ':grad';

type GradientFunction = (...args: never[]) => Record<string, () => tf.Tensor>;

/** The part of tfjs's engine that keeps, for every operation, how to differentiate it. */
interface Tape {
  addTapeNode(
    kernel: string,
    inputs: object,
    outputs: object,
    gradient: GradientFunction | undefined,
    ...rest: unknown[]
  ): void;
  state: { activeTape: { gradient?: GradientFunction }[] };
}

/**
 * Gives the operations of a gradient the scope of the operation they are the gradient of. tfjs computes gradients after
 * the forward pass is over, outside every scope, so profiles and errors could not name a layer. The tape is the one
 * place that all gradients pass, registered and custom ones.
 *
 * @returns undoes it
 */
export function scopeGradients(): () => void {
  const tape = tf.engine() as unknown as Tape;
  const original = tape.addTapeNode;
  tape.addTapeNode = function (this: Tape, ...args): void {
    original.apply(this, args);
    const node = this.state.activeTape.at(-1);
    const scope = currentScope();
    const gradient = node?.gradient;
    if (node === undefined || gradient === undefined || scope === '') return;
    const name = scope.endsWith(GRADIENT_SUFFIX) ? scope : scope + GRADIENT_SUFFIX;
    node.gradient = (...dys) => {
      const gradients = withScope(name, () => gradient(...dys));
      // tfjs calls these later, one for each input that needs it.
      return Object.fromEntries(
        Object.entries(gradients).map(([input, make]) => [input, () => withScope(name, make)]),
      );
    };
  };
  return () => {
    tape.addTapeNode = original;
  };
}
