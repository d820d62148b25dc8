import type { Planes } from '../planes.js';

/**
 * Changes saturation and hue of a picture in place.
 *
 * @param image red, green and blue, 0..255
 * @param saturation factor of the distance from grey (of luma 0.299 R + 0.587 G + 0.114 B); 1 changes nothing
 * @param hue turn of the colour circle (of the HSV model), -0.5..0.5; 0 changes nothing
 */
export function jitterColours({ data }: Planes<Float32Array>, saturation: number, hue: number): void {
  for (let at = 0; at < data.length; at += 3) {
    const grey = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    for (let c = at; c < at + 3; c++) data[c] = clamp(grey + saturation * (data[c]! - grey));
    if (hue !== 0) turnHue(data, at, hue);
  }
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}

function turnHue(data: Float32Array, at: number, turn: number): void {
  const r = data[at]!;
  const g = data[at + 1]!;
  const b = data[at + 2]!;
  const high = Math.max(r, g, b);
  const chroma = high - Math.min(r, g, b);
  if (chroma === 0) return;
  // The hue in sixths of the circle, red at 0.
  const before = high === r ? (g - b) / chroma : high === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
  const sixths = (before + 6 * turn + 12) % 6;
  const low = high - chroma;
  data[at] = channelOf(sixths + 5, high, low);
  data[at + 1] = channelOf(sixths + 3, high, low);
  data[at + 2] = channelOf(sixths + 1, high, low);
}

/** How far a channel lies below the highest one grows linearly on either side of its own third of the circle. */
function channelOf(place: number, high: number, low: number): number {
  const turned = place % 6;
  return high - (high - low) * Math.max(0, Math.min(1, turned, 4 - turned));
}
