import type { Json } from '@taskweave/common';

/** A named spec to start from. */
export interface Preset {
  /** Variants of a preset are named after it: `<preset>/<variant>`. */
  name: string;
  /** One line for `--help`. */
  description: string;
  /** A spec tree; keys it leaves out take their defaults. */
  tree: Json;
}
