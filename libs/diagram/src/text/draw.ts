import { drawnDirections, stageName, type ArchitectureDrawing, type DrawnDirection } from '../drawing.js';
import { lengthOf, printable, shorten } from '../label.js';
import { drawMatrix, flowBlocks, type TextBlock } from './matrix.js';
import { BOLD, DIM, directionCode, styled } from './style.js';
import { drawWiring } from './wiring.js';

export interface TextOptions {
  /** Whether to colour with ANSI escape sequences. */
  readonly color: boolean;
  /** Columns of the terminal; the drawing takes 100 at most. A stage list that is wider still is not cut off. */
  readonly width: number;
}

const MAX_WIDTH = 100;

/** The kept edges of one direction with their probabilities. */
function listKept(
  drawing: ArchitectureDrawing,
  direction: DrawnDirection,
  code: number | undefined,
): TextBlock {
  const { label, kept, edges, sourceNetwork, targetNetwork } = direction;
  const title = `${label}  ${kept.length} of ${edges.length} kept`;
  const names = kept.map(({ sourceStage, targetStage }) => {
    const source = stageName(drawing, sourceNetwork, sourceStage);
    return `  ${source} → ${stageName(drawing, targetNetwork, targetStage)}`;
  });
  const longest = Math.max(0, ...names.map(lengthOf));
  const rows = kept.map(({ probability }, i) => {
    const text = `${names[i]!}${' '.repeat(longest - lengthOf(names[i]!))}  ${probability.toFixed(3)}`;
    return { text, width: lengthOf(text) };
  });
  return { lines: [{ text: styled(title, code), width: lengthOf(title) }, ...rows] };
}

/**
 * An architecture for the terminal: title and metrics, the drawing, and the kept edges of every direction with
 * their probabilities. Two networks are drawn as a circuit; more than two, or a terminal too narrow for it, give
 * one matrix per direction. Ends with a line break.
 */
export function drawArchitectureText(drawing: ArchitectureDrawing, { color, width }: TextOptions): string {
  const columns = Math.min(width, MAX_WIDTH);
  const paint = (text: string, code: number) => (color ? styled(text, code) : text);
  const cut = (text: string) => shorten(printable(text), Math.max(1, columns));
  const directions = drawnDirections(drawing);
  const codes = directions.map((_, i) => (color ? directionCode(i) : undefined));
  const wiring = drawing.networks.length === 2 ? drawWiring(drawing, columns, color) : undefined;
  const picture =
    wiring ??
    flowBlocks(
      directions.map((direction, i) => drawMatrix(drawing, direction, codes[i])),
      columns,
    );
  const legend = wiring
    ? '● taken here   ◆ fusion with received features   ◇ fusion without'
    : 'rows take, columns give   ● kept   · dropped';
  const lists = flowBlocks(
    directions.map((direction, i) => listKept(drawing, direction, codes[i])),
    columns,
  );
  const sections = [
    [paint(cut(drawing.title), BOLD), ...(drawing.metrics ?? []).map((line) => paint(cut(line), DIM))],
    picture,
    directions.length > 0 ? [paint(cut(legend), DIM)] : [],
    lists,
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
