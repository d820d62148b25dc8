import type { Axis, AxisVariant } from './axes.js';

/** One variant of each axis. */
export interface Combination {
  /** The variants' names joined by `-`. */
  readonly name: string;
  /** Name of the variant by name of its axis. */
  readonly choices: Readonly<Record<string, string>>;
  readonly variants: readonly AxisVariant[];
}

/**
 * All combinations, the last axis varying fastest. Without axes there is one.
 *
 * @param alone name of that one
 */
export function combinations(axes: readonly Axis[], alone: string): Combination[] {
  if (axes.length === 0) return [{ name: alone, choices: {}, variants: [] }];
  return axes
    .reduce<AxisVariant[][]>(
      (all, { variants }) => all.flatMap((before) => variants.map((variant) => [...before, variant])),
      [[]],
    )
    .map((variants) => ({
      name: variants.map(({ name }) => name).join('-'),
      choices: Object.fromEntries(variants.map(({ name }, index) => [axes[index]!.name, name])),
      variants,
    }));
}
