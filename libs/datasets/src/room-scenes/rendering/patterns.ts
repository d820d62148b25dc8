import { hashUnit, mix, smoothNoise } from '../../pixel-hash.js';
import { hsv } from '../materials.js';
import type { Material } from '../scene.js';

/** Share of the accent colour in a pattern seen from so far that nothing can be made out. */
const FAR_SHARE: Readonly<Record<Material['pattern'], number>> = {
  plain: 0,
  mottled: 0.5,
  planks: 0.3,
  tiles: 0.2,
  checks: 0.5,
  stripes: 0.5,
  grain: 0.4,
  panels: 0.1,
  books: 0,
  painting: 0.5,
  sky: 0.5,
};

/**
 * Colour of a material at a point of a face.
 *
 * @param u metres to the right on the face
 * @param v metres up on the face, or into the room on a floor
 * @param footprint size of a pixel on the face in metres; what is finer is averaged, so that it does not flicker
 * @param colour takes red, green and blue
 */
export function paintPoint(
  material: Material,
  u: number,
  v: number,
  footprint: number,
  colour: Float64Array,
): void {
  const { pattern, base, accent, scale, seed } = material;
  const clear = Math.max(0, Math.min(1, 1.6 - (1.6 * footprint) / scale));
  const far = FAR_SHARE[pattern];
  const share =
    clear === 0 && pattern !== 'sky' ? far : mix(far, accentShare(material, u, v, footprint), clear);
  if (pattern === 'books' && clear > 0) {
    const book = Math.floor(u / scale);
    const tone = hsv(hashUnit(book, 1, seed), 0.5, 0.12 + 0.5 * hashUnit(book, 2, seed));
    for (let i = 0; i < 3; i++) colour[i] = mix(base[i]! * 0.5, tone[i]!, clear);
    return;
  }
  for (let i = 0; i < 3; i++) colour[i] = mix(base[i]!, accent[i]!, share);
}

/** How much of the accent colour a point has, 0..1. */
function accentShare({ pattern, scale, seed }: Material, u: number, v: number, footprint: number): number {
  switch (pattern) {
    case 'plain':
    case 'books':
      return 0;
    case 'mottled':
      return (
        0.7 * smoothNoise(u / scale, v / scale, seed) +
        0.3 * smoothNoise((2 * u) / scale, (2 * v) / scale, seed)
      );
    case 'planks':
      return seed & 1 ? planks(u, v, scale, seed, footprint) : planks(v, u, scale, seed, footprint);
    case 'tiles': {
      const joint = Math.max(line(u, scale, 0.02, footprint), line(v, scale, 0.02, footprint));
      return mix(0.25 * hashUnit(Math.floor(u / scale), Math.floor(v / scale), seed), 1, joint);
    }
    case 'checks':
      return (Math.floor(u / scale) + Math.floor(v / scale)) & 1;
    case 'stripes':
      return part(u / scale) < 0.5 ? 1 : 0;
    case 'grain':
      return smoothNoise((2 * u) / scale, (0.3 * v) / scale, seed) * 0.8;
    case 'panels':
      return Math.max(
        line(u + scale / 2, scale, 0.02, footprint),
        line(v + scale * 0.7, scale * 1.4, 0.02, footprint),
      );
    case 'painting':
      return painting(u / scale, v / scale, seed);
    case 'sky': {
      const horizon = v / scale + 0.2 + 0.25 * (smoothNoise((4 * u) / scale, 0, seed) - 0.5);
      return horizon > 0 ? 0 : 1;
    }
  }
}

/** Boards along `u`, each row shifted and every board of its own tone. */
function planks(u: number, v: number, scale: number, seed: number, footprint: number): number {
  const row = Math.floor(v / scale);
  const length = scale * 8;
  const along = u + hashUnit(row, 0, seed) * length;
  const seam = Math.max(line(v, scale, 0.012, footprint), line(along, length, 0.012, footprint));
  const tone = hashUnit(Math.floor(along / length), row, seed);
  return mix(0.5 * tone + 0.25 * smoothNoise((0.5 * u) / scale, (6 * v) / scale, seed), 1, seam);
}

/**
 * How much of a pixel is covered by lines at the multiples of `spacing`, 0..1.
 *
 * @param width of a line, in metres like all the others
 */
function line(position: number, spacing: number, width: number, footprint: number): number {
  const distance = Math.abs(position - Math.round(position / spacing) * spacing);
  const overlap = Math.min((width + footprint) / 2 - distance, width, footprint);
  return overlap > 0 ? overlap / footprint : 0;
}

/** Hills below a sky, and a round thing. */
function painting(u: number, v: number, seed: number): number {
  const x = u - hashUnit(1, 0, seed) + 0.5;
  const y = v - hashUnit(2, 0, seed) + 0.3;
  if (x * x + y * y < 0.12) return 1;
  return v < smoothNoise(u, 0, seed) - 0.6 ? 0.75 : 0.25 * smoothNoise(2 * u, 2 * v, seed);
}

/** What is behind the whole number, 0 <= result < 1. */
function part(value: number): number {
  return value - Math.floor(value);
}
