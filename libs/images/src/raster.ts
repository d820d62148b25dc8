/** A picture in memory: rows from the top, pixels from the left, channels side by side. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 RGB, 4 RGB and opacity. */
  readonly channels: number;
  /** width x height x channels numbers of 8 or 16 bits. */
  readonly data: Uint8Array | Uint16Array;
}

/** An empty (black) picture of 8 bits. */
export function raster(width: number, height: number, channels: number): Raster & { data: Uint8Array } {
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}
