import { styled } from './style.js';

/** Directions in which a cell's line leaves it; a cell's shape is the sum of its directions. */
const UP = 1;
const DOWN = 2;
const LEFT = 4;
const RIGHT = 8;

/** Box-drawing character for every sum of directions. */
const LINES = ' ╵╷│╴┘┐┤╶└┌├─┴┬┼';

interface Cell {
  /** Sum of directions. */
  lines: number;
  /** A character that hides the lines. */
  glyph?: string;
  code?: number | undefined;
}

/** A grid of characters on which lines join and cross. */
export class TextCanvas {
  readonly #rows: Cell[][];

  constructor(width: number, height: number) {
    this.#rows = Array.from({ length: height }, () => Array.from({ length: width }, () => ({ lines: 0 })));
  }

  /** A vertical line between two rows, both ends included. */
  vertical(x: number, from: number, to: number, code?: number): void {
    for (let y = from; y <= to; y++) {
      this.#add(x, y, (y > from ? UP : 0) | (y < to ? DOWN : 0), code);
    }
  }

  /** A horizontal line between two columns in either order, both ends included. */
  horizontal(y: number, a: number, b: number, code?: number): void {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    for (let x = from; x <= to; x++) {
      this.#add(x, y, (x > from ? LEFT : 0) | (x < to ? RIGHT : 0), code);
    }
  }

  /** Writes text over whatever is there, cut off at the right border. */
  text(x: number, y: number, text: string, code?: number): void {
    [...text].forEach((glyph, i) => {
      const cell = this.#rows[y]?.[x + i];
      if (cell !== undefined) Object.assign(cell, { glyph, code });
    });
  }

  /** The lines of text, without blanks at their ends; with ANSI colours if asked for. */
  render(color: boolean): string[] {
    return this.#rows.map((row) => {
      const shown = row.map(({ lines, glyph }) => glyph ?? LINES[lines]!);
      while (shown.at(-1) === ' ') shown.pop();
      if (!color) return shown.join('');
      // Neighbours of one colour share an escape sequence.
      let line = '';
      for (let start = 0, end = 0; start < shown.length; start = end) {
        const { code } = row[start]!;
        while (end < shown.length && row[end]!.code === code) end++;
        line += styled(shown.slice(start, end).join(''), code);
      }
      return line;
    });
  }

  #add(x: number, y: number, lines: number, code: number | undefined): void {
    const cell = this.#rows[y]![x]!;
    cell.lines |= lines;
    cell.code = code ?? cell.code;
  }
}
