export type { ArchitectureDrawing, DrawnEdge } from './drawing.js';
export { drawArchitectureSvg } from './svg/draw.js';
export { drawArchitectureText, type TextOptions } from './text/draw.js';
export type { ComparisonDrawing, ComparisonPanel, ComparisonRow } from './comparison/comparison-drawing.js';
export { drawComparisonSvg } from './comparison/draw.js';
export { BOX, CHIP_HEIGHT, FUSION_RADIUS, MARGIN, layOut, type Layout } from './svg/layout.js';
export { routeWires, type Wire } from './svg/wires.js';
