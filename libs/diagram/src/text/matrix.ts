import { stageName, type ArchitectureDrawing, type DrawnDirection } from '../drawing.js';
import { lengthOf, shorten } from '../label.js';
import { BOLD, DIM, styled } from './style.js';

const MAX_NAME = 18;

/** A block of lines, each with its width on the screen (escape sequences take none). */
export interface TextBlock {
  readonly lines: readonly { readonly text: string; readonly width: number }[];
}

/**
 * One direction as a matrix: a row per fusion node, a column per source stage; ● kept, · dropped, blank where
 * there is no candidate. Stages are numbered from 1.
 */
export function drawMatrix(
  drawing: ArchitectureDrawing,
  direction: DrawnDirection,
  code: number | undefined,
): TextBlock {
  const { sourceNetwork, targetNetwork, edges, kept, label } = direction;
  const paint = (text: string, style: number | undefined) =>
    code === undefined ? text : styled(text, style);
  const sources = drawing.networks[sourceNetwork]!.stages;
  const targets = drawing.networks[targetNetwork]!.stages;
  const names = targets.map((_, i) => `${`${i + 1}`.padStart(2)} ${stageName(drawing, targetNetwork, i)}`);
  const short = names.map((name) => shorten(name, MAX_NAME));
  const margin = Math.max(...short.map(lengthOf)) + 1;
  const title = `${label}  ${kept.length} of ${edges.length}`;
  const header = ' '.repeat(margin) + sources.map((_, j) => `${j + 1}`.padStart(3)).join('');
  const rows = targets.map((_, i) => {
    const cells = sources.map((_, j) => {
      const edge = edges.find(({ targetStage, sourceStage }) => targetStage === i && sourceStage === j);
      if (edge === undefined) return '   ';
      return edge.kept ? `  ${paint('●', code)}` : `  ${paint('·', DIM)}`;
    });
    const name = short[i]!;
    return { text: name + ' '.repeat(margin - lengthOf(name)) + cells.join(''), width: lengthOf(header) };
  });
  return {
    lines: [
      { text: paint(title, BOLD), width: lengthOf(title) },
      { text: paint(header, DIM), width: lengthOf(header) },
      ...rows,
    ],
  };
}

/** Blocks from left to right, as many side by side as fit into the width, then the next row of blocks. */
export function flowBlocks(blocks: readonly TextBlock[], width: number): string[] {
  const gap = 4;
  const widest = Math.max(0, ...blocks.flatMap(({ lines }) => lines.map((line) => line.width)));
  const perRow = Math.max(1, Math.floor((width + gap) / (widest + gap)));
  const output: string[] = [];
  for (let first = 0; first < blocks.length; first += perRow) {
    const beside = blocks.slice(first, first + perRow);
    const height = Math.max(...beside.map(({ lines }) => lines.length));
    if (first > 0) output.push('');
    for (let y = 0; y < height; y++) {
      const cells = beside.map(({ lines }) => lines[y] ?? { text: '', width: 0 });
      output.push(
        cells
          .map(({ text, width: w }) => text + ' '.repeat(widest + gap - w))
          .join('')
          .trimEnd(),
      );
    }
  }
  return output;
}
