/** How three bytes, or numbers, of a pixel mean a direction. */
export type NormalEncoding =
  /** The components as they are, in a `.npy` of shape [height, width, 3]. */
  | 'unit-float'
  /** (n + 1) / 2 of the full range of an RGB image. */
  | 'shifted-u8'
  /** The bytes taken for the components, as the code published with MTL-NAS (CVPR 2020) does. */
  | 'raw-u8';

/** Where the logarithm of a distance comes from, if that is the label. */
export type DepthLogarithm = 'none' | 'taken' | 'stored';

/** How the labels of a task are stored. */
export type LabelFormat =
  /** The class of an example, 0..outputs-1, in the listing. */
  | { readonly kind: 'classification'; readonly outputs: number }
  /** A `.npy` of one number per class, of which only those of `classes` are taken, if given. */
  | { readonly kind: 'soft-classification'; readonly outputs: number; readonly classes?: readonly number[] }
  /** A grey or palette PNG of class numbers, 255 where there is none. */
  | { readonly kind: 'segmentation'; readonly outputs: number }
  /** Three times the largest number: no label. */
  | { readonly kind: 'surface-normals'; readonly encoding: NormalEncoding }
  /**
   * A grey PNG of which `unit` is the value of one step, 0 and the largest number standing for no label; or a `.npy` of
   * shape [height, width], in which whatever is not a positive finite number does. With a logarithm, the label is the
   * natural logarithm of that distance (`taken`), or a `.npy` holds it as it is (`stored`): any finite number then.
   */
  | { readonly kind: 'depth'; readonly unit: number; readonly logarithm?: DepthLogarithm };
