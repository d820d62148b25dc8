/** Nodes of a TensorFlow GraphDef in JSON, as the `modelTopology` of a TF.js graph model holds them. */

export type GraphAttribute =
  | { readonly type: 'DT_FLOAT' | 'DT_INT32' }
  | { readonly i: string }
  | { readonly b: boolean }
  /** Base64. */
  | { readonly s: string }
  | { readonly list: { readonly i: readonly string[] } }
  | { readonly shape: { readonly dim: readonly { readonly size: string }[] } };

export type GraphAttributes = Readonly<Record<string, GraphAttribute>>;

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: GraphAttributes;
}

export const FLOAT: GraphAttribute = { type: 'DT_FLOAT' };

export const flag = (value: unknown): GraphAttribute => ({ b: value === true });

export const integer = (value: number): GraphAttribute => ({ i: String(value) });

export const integers = (values: readonly number[]): GraphAttribute => ({ list: { i: values.map(String) } });

export const text = (value: string): GraphAttribute => ({ s: Buffer.from(value).toString('base64') });

/** A shape, with -1 for a size that is known only when the model runs. */
export const shapeOf = (sizes: readonly number[]): { dim: { size: string }[] } => ({
  dim: sizes.map((size) => ({ size: String(size) })),
});
