import { rgbOf, type Rgb } from './colour.js';

/** Hues of the ends in radians, violet and yellow, on the way through blue and green. */
const [FIRST_HUE, LAST_HUE] = [5.4, 1.85] as const;

/**
 * A colour map for quantities: lightness rises evenly from dark to light, so that it keeps its order in grey and for
 * the colour blind, and the hue goes along.
 *
 * @param share of the range, clipped to 0..1
 */
export function ramp(share: number): Rgb {
  const t = Math.min(1, Math.max(0, share));
  const hue = FIRST_HUE + (LAST_HUE - FIRST_HUE) * t;
  // About as strong as screens can show it on the way; clipped colours would make bands.
  const chroma = 0.1 + 0.25 * (t - 0.45) ** 2;
  return rgbOf([0.3 + 0.63 * t, chroma * Math.cos(hue), chroma * Math.sin(hue)]);
}
