import { stageName, stageShape, type ArchitectureDrawing } from '../drawing.js';
import { printable, shorten } from '../label.js';
import { BLOCK_LABEL, BOX, CHIP_HEIGHT, FUSION_RADIUS, MARGIN, type Layout } from './layout.js';
import { BAND, charactersIn, FRAME, INK, MUTED, PAPER, SPINE } from './theme.js';
import { element, escape, type Xml } from './xml.js';

/** The networks themselves: everything but the cross-task edges. */

/** A text centred on x that is cut to the width of a box. */
function centred(
  text: string,
  x: number,
  y: number,
  size: number,
  style: Record<string, string | number>,
): Xml {
  const shown = shorten(text, charactersIn(BOX.width - 12, size));
  return element('text', { x, y, 'font-size': size, 'text-anchor': 'middle', ...style }, escape(shown));
}

/** Calls `draw` for every stage of every network. */
function forStages({ networks }: ArchitectureDrawing, draw: (network: number, stage: number) => Xml): Xml[] {
  return networks.flatMap(({ stages }, network) => stages.map((_, stage) => draw(network, stage)));
}

/** `18 × 18`: the resolution of a block, or of each network's where they differ. */
function blockResolution({ networks }: ArchitectureDrawing, block: number): string {
  const sizes = networks.flatMap(({ stages }) =>
    stages.filter((stage) => stage.block === block).map(({ height, width }) => `${height} × ${width}`),
  );
  return [...new Set(sizes)].join(', ');
}

/** The resolution blocks: one band behind all networks, with number and resolution. */
export function drawBands(drawing: ArchitectureDrawing, { bands, width }: Layout): Xml {
  return element(
    'g',
    {},
    ...bands.map(({ block, top, height }) => {
      const middle = top + height / 2;
      const resolution = shorten(blockResolution(drawing, block), charactersIn(BLOCK_LABEL - 14, 11));
      return element(
        'g',
        {},
        element('rect', { x: MARGIN, y: top, width: width - 2 * MARGIN, height, rx: 10, fill: BAND }),
        element(
          'text',
          { x: MARGIN + 14, y: middle - 3, 'font-size': 12, 'font-weight': 600, fill: INK },
          escape(`Block ${block + 1}`),
        ),
        element('text', { x: MARGIN + 14, y: middle + 13, 'font-size': 11, fill: MUTED }, escape(resolution)),
      );
    }),
  );
}

/** The way of the features through every network, from its task's name to its head. */
export function drawSpines({ networks }: ArchitectureDrawing, { columns, headerTop, headTop }: Layout): Xml {
  return element(
    'g',
    { stroke: SPINE, 'stroke-width': 2 },
    ...networks.map((_, n) =>
      element('path', { d: `M${columns[n]!} ${headerTop + CHIP_HEIGHT}V${headTop}`, fill: 'none' }),
    ),
  );
}

/** The stages: a box with name and shape each. */
export function drawStages(drawing: ArchitectureDrawing, { columns, rows, rowOf }: Layout): Xml {
  return element(
    'g',
    {},
    ...forStages(drawing, (network, stage) => {
      const x = columns[network]!;
      const y = rows[rowOf[network]![stage]!]!.boxTop;
      const name = stageName(drawing, network, stage);
      return element(
        'g',
        {},
        element('title', {}, escape(`${drawing.networks[network]!.task}/${name}`)),
        element('rect', {
          x: x - BOX.width / 2,
          y,
          ...BOX,
          rx: 8,
          fill: PAPER,
          stroke: SPINE,
          'stroke-width': 1.2,
        }),
        centred(name, x, y + 18, 13, { 'font-weight': 600, fill: INK }),
        centred(stageShape(drawing, network, stage), x, y + 33, 11, { fill: MUTED }),
      );
    }),
  );
}

/** A fusion node: a circle with a plus in it. */
export function fusionNode(x: number, y: number): Xml {
  const arm = FUSION_RADIUS - 5;
  return element(
    'g',
    { fill: PAPER, stroke: INK, 'stroke-width': 1.5, 'stroke-linecap': 'round' },
    element('circle', { cx: x, cy: y, r: FUSION_RADIUS }),
    element('path', { d: `M${x - arm} ${y}h${2 * arm}M${x} ${y - arm}v${2 * arm}` }),
  );
}

/** The fusion node after every stage. */
export function drawFusions(drawing: ArchitectureDrawing, { columns, rows, rowOf }: Layout): Xml {
  const nodes = forStages(drawing, (network, stage) =>
    fusionNode(columns[network]!, rows[rowOf[network]![stage]!]!.fusionY),
  );
  return element('g', {}, ...nodes);
}

/** The tasks' names above, their heads below the networks. */
export function drawChips({ networks }: ArchitectureDrawing, { columns, headerTop, headTop }: Layout): Xml {
  return element(
    'g',
    {},
    ...networks.flatMap(({ task }, n) => {
      const x = columns[n]!;
      const chip = (y: number, fill: string, stroke: string) =>
        element('rect', {
          x: x - BOX.width / 2,
          y,
          width: BOX.width,
          height: CHIP_HEIGHT,
          rx: 15,
          fill,
          stroke,
        });
      return [
        chip(headerTop, INK, INK),
        centred(printable(task), x, headerTop + 20, 14, { 'font-weight': 700, fill: PAPER }),
        chip(headTop, PAPER, FRAME),
        centred(`${printable(task)} head`, x, headTop + 20, 12, { fill: INK }),
      ];
    }),
  );
}
