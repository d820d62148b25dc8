import type { ArchitectureDrawing, DrawnEdge } from '../drawing.js';
import { alignRows } from '../rows.js';

/** Where everything goes, in pixels from the top left corner. */

export const BOX = { width: 148, height: 42 };
export const CHIP_HEIGHT = 30;
export const FUSION_RADIUS = 9;
export const MARGIN = 28;

/** Room for a block's number and resolution, left of the networks. */
export const BLOCK_LABEL = 92;
const GUTTER = 230;
/** From a box down to its fusion node's centre, without the lanes in between. */
const BOX_TO_FUSION = 24;
const FUSION_TO_NEXT = 22;
const BAND_PADDING = 12;
const BAND_GAP = 14;
const CHIP_GAP = 16;
/** Distance between two lanes: edges that pass below the boxes of networks in between. */
const LANE = 6;
const LANE_OFFSET = 8;

/** One depth: the boxes of the networks that have a stage here and the fusion nodes below them. */
export interface Row {
  readonly boxTop: number;
  readonly fusionY: number;
}

/** The background of one resolution block. */
export interface Band {
  readonly block: number;
  readonly top: number;
  readonly height: number;
}

export interface Layout {
  /** Size of the networks' part, its margins included. */
  readonly width: number;
  readonly bottom: number;
  /** Centre of every network's column. */
  readonly columns: readonly number[];
  readonly rows: readonly Row[];
  /** The row of every stage, by network and stage. */
  readonly rowOf: readonly (readonly number[])[];
  readonly bands: readonly Band[];
  readonly headerTop: number;
  readonly headTop: number;
  /** Heights at which edges between networks that are not neighbours cross the columns in between, by edge id. */
  readonly lanes: ReadonlyMap<string, number>;
}

function crossesColumns({ sourceNetwork, targetNetwork }: DrawnEdge): boolean {
  return Math.abs(sourceNetwork - targetNetwork) > 1;
}

/** Lays out the networks side by side from `top` downwards. */
export function layOut({ networks, edges }: ArchitectureDrawing, top: number): Layout {
  const { rowOf, blocks } = alignRows(networks);
  const lanes = new Map<string, number>();
  const rows: Row[] = [];
  const bands: Band[] = [];
  let y = top + CHIP_HEIGHT + CHIP_GAP;
  for (const { block, first, count } of blocks) {
    if (first > 0) y += BAND_GAP;
    const bandTop = y;
    y += BAND_PADDING;
    for (let row = first; row < first + count; row++) {
      if (row > first) y += FUSION_TO_NEXT - BAND_PADDING;
      const boxTop = y;
      const passing = edges.filter(
        (edge) => rowOf[edge.targetNetwork]![edge.targetStage] === row && crossesColumns(edge),
      );
      passing.forEach(({ id }, lane) => lanes.set(id, boxTop + BOX.height + LANE_OFFSET + lane * LANE));
      const fusionY = boxTop + BOX.height + BOX_TO_FUSION + passing.length * LANE;
      rows.push({ boxTop, fusionY });
      y = fusionY + FUSION_RADIUS + BAND_PADDING;
    }
    bands.push({ block, top: bandTop, height: y - bandTop });
  }
  const headTop = y + CHIP_GAP;
  const left = MARGIN + BLOCK_LABEL;
  const columns = networks.map((_, n) => left + BOX.width / 2 + n * (BOX.width + GUTTER));
  return {
    width: left + networks.length * BOX.width + (networks.length - 1) * GUTTER + BAND_PADDING + MARGIN,
    bottom: headTop + CHIP_HEIGHT,
    columns,
    rows,
    rowOf,
    bands,
    headerTop: top,
    headTop,
    lanes,
  };
}
