export type { ArchitectureDrawing, DrawnEdge } from './drawing.js';
export { drawArchitectureSvg } from './svg/draw.js';
export { drawArchitectureText, type TextOptions } from './text/draw.js';
