import type { Value } from '../graph.js';
import { uniformValue } from '../graph.js';

/** Element-wise kernels that an update may consist of, as JavaScript. */
const OPERATORS: Readonly<Record<string, (...operands: string[]) => string>> = {
  Add: (a, b) => `${a} + ${b}`,
  Sub: (a, b) => `${a} - ${b}`,
  Multiply: (a, b) => `${a} * ${b}`,
  RealDiv: (a, b) => `${a} / ${b}`,
  Maximum: (a, b) => `Math.max(${a}, ${b})`,
  Minimum: (a, b) => `Math.min(${a}, ${b})`,
  Neg: (a) => `-${a}`,
  Sqrt: (a) => `Math.sqrt(${a})`,
};

/** Whether an operation works element by element on operands of its own shape and on scalars. */
export function isElementwise({ operation, shape }: Value): boolean {
  return (
    operation.kernel in OPERATORS &&
    operation.inputs.every((input) => input.shape.length === 0 || input.shape.join() === shape.join())
  );
}

/** Writes the body of an update kernel, each value computed once. */
export class ExpressionWriter {
  readonly #names = new Map<Value, string>();
  /** Statements before the loop: scalars. */
  readonly #before: string[] = [];
  /** Statements within it. */
  readonly #within: string[] = [];

  /** Gives a value that the kernel is handed, not computes, its name. */
  operand(value: Value, name: string): void {
    this.#names.set(value, name);
  }

  /** The name or literal of a value, computing it first where need be. */
  write(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const constant = uniformValue(value);
    if (constant !== undefined) return `(${String(Math.fround(constant))})`;
    const { kernel, inputs } = value.operation;
    const expression = OPERATORS[kernel]!(...inputs.map((input) => this.write(input)));
    const name = `t${this.#names.size}`;
    // Computed in double precision and rounded once, when it is stored.
    (value.shape.length === 0 ? this.#before : this.#within).push(`const ${name} = ${expression};`);
    this.#names.set(value, name);
    return name;
  }

  /** The whole body, given the names of element operands and where results go. */
  body(elements: readonly string[], stores: readonly string[]): string {
    return [
      ...this.#before,
      'for (let i = 0; i < size; i++) {',
      ...elements,
      ...this.#within,
      ...stores,
      '}',
    ].join('\n');
  }
}
