import { byTime, type TimeTree } from './time-tree.js';

const WIDTH = 1200;
const ROW = 18;
const MARGIN = 8;
const TITLE = 28;
/** Narrower rectangles would be invisible. */
const NARROWEST = 0.3;
const CHARACTER = 6.2;

/** A flame graph as a self-contained SVG: nested rectangles as wide as their share of the time, widest first. */
export function flameGraph(tree: TimeTree, title: string): string {
  const scale = (WIDTH - 2 * MARGIN) / (tree.seconds || 1);
  const rectangles: string[] = [];
  let rows = 0;
  const draw = (node: TimeTree, path: string, x: number, row: number): void => {
    const width = node.seconds * scale;
    if (width < NARROWEST) return;
    rows = Math.max(rows, row + 1);
    rectangles.push(rectangle(node, path, x, row, width, tree.seconds));
    let left = x;
    for (const child of byTime(node)) {
      draw(child, path === '' ? child.name : `${path} / ${child.name}`, left, row + 1);
      left += child.seconds * scale;
    }
  };
  draw(tree, '', MARGIN, 0);
  const height = TITLE + rows * ROW + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`,
    ` font-family="ui-monospace, monospace" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="18" font-size="13">${escape(title)}</text>`,
    ...rectangles,
    '</svg>\n',
  ].join('\n');
}

function rectangle(
  { name, seconds }: TimeTree,
  path: string,
  x: number,
  row: number,
  width: number,
  total: number,
): string {
  const y = TITLE + row * ROW;
  const share = `${(seconds * 1000).toFixed(2)} ms, ${((100 * seconds) / total).toFixed(1)} %`;
  const letters = Math.floor((width - 4) / CHARACTER);
  const label = letters < 3 ? '' : name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
  return (
    `<g><title>${escape(path === '' ? name : path)}: ${share}</title>` +
    `<rect x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${ROW - 1}" fill="${color(name)}"/>` +
    (label === '' ? '' : `<text x="${(x + 3).toFixed(2)}" y="${y + 12}">${escape(label)}</text>`) +
    '</g>'
  );
}

/** The same name has the same colour everywhere: warm, pale enough for black text. */
function color(name: string): string {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)!) >>> 0;
  return `hsl(${hash % 60} 80% ${68 + ((hash >>> 8) % 14)}%)`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
