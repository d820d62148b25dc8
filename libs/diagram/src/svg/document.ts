import { FONT, FRAME, PAPER } from './theme.js';
import { element, escape, type Xml } from './xml.js';

export interface DocumentOptions {
  /** Size in pixels. */
  readonly width: number;
  readonly height: number;
  /** Shown when the picture is pointed at. */
  readonly title: string;
  /** The drawing in sentences, for readers who do not see it. */
  readonly description: string;
}

/** A self-contained SVG document: `children` on a framed background that reads the same on light and dark pages. */
export function svgDocument(
  { width, height, title, description }: DocumentOptions,
  ...children: readonly Xml[]
): Xml {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      role: 'img',
      'font-family': FONT,
    },
    element('title', {}, escape(title)),
    element('desc', {}, escape(description)),
    element('rect', {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 12,
      fill: PAPER,
      stroke: FRAME,
    }),
    ...children,
  );
}
