import type { Draws } from './draws.js';
import type { Colour, Material, Pattern } from './scene.js';

/**
 * @param hue in turns: 0 red, 1/3 green, 2/3 blue
 * @param saturation 0 grey to 1
 * @param value of the strongest channel, 0..1
 */
export function hsv(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number): number => {
    const k = (offset + hue * 6) % 6;
    return value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [channel(5), channel(3), channel(1)];
}

export function shade(colour: Colour, factor: number): Colour {
  return [colour[0] * factor, colour[1] * factor, colour[2] * factor];
}

export function material(
  draws: Draws,
  pattern: Pattern,
  base: Colour,
  accent: Colour = shade(base, 0.7),
  scale = 0.2,
  glow = 0,
): Material {
  return { pattern, base, accent, scale, seed: draws.bits(), glow };
}

/** Wood from pale birch to dark walnut. */
export function wood(draws: Draws): Material {
  const base = hsv(draws.between(0.05, 0.1), draws.between(0.3, 0.65), draws.between(0.18, 0.65));
  return material(draws, 'grain', base, shade(base, 0.6), draws.between(0.05, 0.1));
}

/** White or coloured paint, on furniture. */
export function paint(draws: Draws): Material {
  const base = draws.chance(0.6)
    ? hsv(0.1, draws.between(0, 0.12), draws.between(0.55, 0.85))
    : hsv(draws.between(0, 1), draws.between(0.15, 0.5), draws.between(0.2, 0.6));
  return material(draws, 'plain', base);
}

export function woodOrPaint(draws: Draws): Material {
  return draws.chance(0.6) ? wood(draws) : paint(draws);
}

/** Cloth of any colour, plain or striped. */
export function fabric(draws: Draws): Material {
  const base = hsv(draws.between(0, 1), draws.between(0.05, 0.6), draws.between(0.12, 0.65));
  const pattern = draws.pick<Pattern>(['mottled', 'mottled', 'stripes']);
  return material(draws, pattern, base, shade(base, draws.between(0.65, 0.9)), draws.between(0.06, 0.2));
}

/** Steel, chrome, black plastic. */
export function metal(draws: Draws): Material {
  return material(draws, 'plain', hsv(0.6, 0.05, draws.between(0.03, 0.5)));
}

export function porcelain(draws: Draws): Material {
  return material(draws, 'plain', hsv(0.12, 0.03, draws.between(0.72, 0.88)));
}

/** Anything strong in colour: vases, balls, boxes. */
export function vivid(draws: Draws): Material {
  return material(
    draws,
    'plain',
    hsv(draws.between(0, 1), draws.between(0.3, 0.9), draws.between(0.15, 0.8)),
  );
}

export function leaves(draws: Draws): Material {
  const base = hsv(draws.between(0.25, 0.36), draws.between(0.5, 0.8), draws.between(0.15, 0.4));
  return material(draws, 'mottled', base, shade(base, 0.4), 0.08);
}

/** A lampshade that is lit. */
export function lampshade(draws: Draws): Material {
  return material(
    draws,
    'plain',
    hsv(draws.between(0.08, 0.14), draws.between(0.05, 0.35), 0.85),
    undefined,
    1,
    1.1,
  );
}

export function floorCovering(draws: Draws, tiled: boolean): Material {
  if (tiled) {
    const base = hsv(draws.between(0.05, 0.6), draws.between(0, 0.15), draws.between(0.3, 0.7));
    const pattern = draws.pick<Pattern>(['tiles', 'tiles', 'checks']);
    return material(
      draws,
      pattern,
      base,
      shade(base, pattern === 'checks' ? draws.between(0.2, 0.7) : 0.55),
      draws.between(0.25, 0.5),
    );
  }
  if (draws.chance(0.2)) {
    const base = hsv(draws.between(0, 1), draws.between(0.05, 0.3), draws.between(0.2, 0.5));
    return material(draws, 'mottled', base, shade(base, 0.8), 0.1);
  }
  const base = hsv(draws.between(0.05, 0.1), draws.between(0.35, 0.65), draws.between(0.22, 0.6));
  return material(draws, 'planks', base, shade(base, 0.65), draws.between(0.12, 0.25));
}

export function wallCovering(draws: Draws, tiled: boolean): Material {
  const base = hsv(draws.between(0, 1), draws.between(0, 0.22), draws.between(0.5, 0.8));
  if (tiled && draws.chance(0.7)) {
    return material(draws, 'tiles', base, shade(base, 0.75), draws.between(0.15, 0.35));
  }
  const pattern = draws.pick<Pattern>(['mottled', 'mottled', 'plain', 'stripes']);
  return material(draws, pattern, base, shade(base, draws.between(0.8, 0.93)), draws.between(0.15, 0.5));
}
