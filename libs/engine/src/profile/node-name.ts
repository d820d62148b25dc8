import { OUTPUT_PREFIX } from '../compiler/graph.js';
import { GRADIENT_SUFFIX } from '../compiler/record/gradient-scope.js';

/** Where in the model a node comes from. */
export interface NodeOrigin {
  /** The model's scope, e.g. `left/conv1_1`; `(no layer)` for losses and what else has none. */
  readonly layer: string;
  readonly gradient: boolean;
  /** The tfjs kernel, e.g. `Conv2D`. */
  readonly kernel: string;
}

export const NO_LAYER = '(no layer)';
const OUTPUTS = '(outputs)';

/**
 * Reads a node's name, `<scope>/<kernel>/<ONNX op>`. onnxruntime appends to the names of nodes that it fuses or rewrites,
 * with slashes of its own, so the kernel is looked for: scopes are the model's and begin in lower case, kernels in upper
 * case.
 */
export function nodeOrigin(name: string): NodeOrigin {
  if (name.startsWith(OUTPUT_PREFIX)) return { layer: OUTPUTS, gradient: false, kernel: 'Identity' };
  const parts = name.split('/');
  const at = parts.findIndex((part) => /^[A-Z]/.test(part));
  const scope = parts.slice(0, at < 0 ? Math.max(0, parts.length - 2) : at).join('/');
  const gradient = scope.endsWith(GRADIENT_SUFFIX);
  return {
    layer: (gradient ? scope.slice(0, -GRADIENT_SUFFIX.length) : scope) || NO_LAYER,
    gradient,
    kernel: (at < 0 ? parts.at(-2) : parts[at]) ?? name,
  };
}
