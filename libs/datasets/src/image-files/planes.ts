/** Numbers of every pixel: rows from the top, pixels from the left, channels side by side. */
export interface Planes<Data extends Float32Array | Int32Array = Float32Array | Int32Array> {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** height x width x channels numbers. */
  readonly data: Data;
}

/** Planes of another size with zeros of the same type. */
export function emptyPlanes<P extends Planes>(like: P, width: number, height: number): P {
  const Data = like.data.constructor as new (length: number) => P['data'];
  return { ...like, width, height, data: new Data(width * height * like.channels) };
}
