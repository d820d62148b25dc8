import { raster, type Raster } from './raster.js';

/**
 * Many pictures side by side on a white sheet, RGB; 16 bits and opacity are left out.
 *
 * @param gap pixels between pictures and at the border
 */
export function sheet(rows: readonly (readonly Raster[])[], gap = 2): Raster {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => row[i]?.width ?? 0)),
  );
  const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size + gap, gap);
  const result = raster(sum(widths), sum(heights), 3);
  result.data.fill(255);
  rows.forEach((row, y) =>
    row.forEach((picture, x) => paste(result, picture, sum(widths.slice(0, x)), sum(heights.slice(0, y)))),
  );
  return result;
}

function paste(onto: Raster & { data: Uint8Array }, picture: Raster, left: number, top: number): void {
  const { width, height, channels, data } = picture;
  const shift = data instanceof Uint16Array ? 8 : 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = ((top + y) * onto.width + left + x) * 3;
      for (let c = 0; c < 3; c++) onto.data[to + c] = data[from + (channels < 3 ? 0 : c)]! >> shift;
    }
  }
}
