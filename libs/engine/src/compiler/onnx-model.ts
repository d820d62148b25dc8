/** An ONNX model in the few terms that lowered programs use; field names follow onnx.proto. */

export type OnnxType = 'float32' | 'int32' | 'int64' | 'uint32' | 'bool';

export type OnnxAttribute = number | readonly number[] | { readonly float: number } | string;

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  /** Tensor names; an empty string leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Plain numbers are integers. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dtype: OnnxType;
  /** -1 for a size that is known only when the model runs, the batch. */
  readonly shape: readonly number[];
}

export interface OnnxInitializer extends OnnxTensor {
  /** Weights as they are in memory; the few constants of programs as plain numbers. */
  readonly data: readonly number[] | Float32Array | Int32Array;
}

export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  readonly initializers: readonly OnnxInitializer[];
  /** Tensors within whose shapes onnxruntime cannot find out by itself. */
  readonly declared: readonly OnnxTensor[];
  /** Graph optimizers of onnxruntime that the model must not go through. */
  readonly disabledOptimizers: readonly string[];
  /** Version of Taskweave, in models for others. */
  readonly producerVersion?: string;
  /** Free text by key, in models for others. */
  readonly metadata?: Readonly<Record<string, string>>;
}
