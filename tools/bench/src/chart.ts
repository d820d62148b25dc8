import type { CaseResult } from './result.js';

const WIDTH = 720;
const ROW = 44;
const LEFT = 150;
const TOP = 52;
const BAR = 16;
const COLORS = { ink: '#1b2330', muted: '#5b6675', paper: '#ffffff', bar: '#0067b1', yardstick: '#9aa5b4' };

/**
 * A bar chart of the cases' GFLOP/s as SVG, each with a mark for what the matrix product reached in the same minutes.
 * It has a background of its own, so that it reads the same on light and dark pages.
 */
export function drawChart(results: readonly CaseResult[]): string {
  const most = Math.max(...results.flatMap(({ gflops, matmul }) => [gflops, matmul.gflops]));
  const scale = (WIDTH - LEFT - 90) / most;
  const height = TOP + ROW * results.length + 12;
  const rows = results.map((result, i) => row(result, TOP + ROW * i, scale));
  const [{ engine, threads } = { engine: 'onnx', threads: 0 }] = results;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>Speed of the tensor engine</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="${COLORS.paper}"/>`,
    `<text x="16" y="26" font-size="15" font-weight="600" fill="${COLORS.ink}">GFLOP/s, engine ${engine}, ${threads} threads</text>`,
    `<text x="${WIDTH - 16}" y="26" text-anchor="end" fill="${COLORS.muted}">mark: MatMul 2048 in the same minutes</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function row({ name, medianMs, gflops, matmul }: CaseResult, y: number, scale: number): string {
  const mark = (LEFT + scale * matmul.gflops).toFixed(1);
  const text = `${gflops.toFixed(0)} (${medianMs.toFixed(0)} ms)`;
  const end = LEFT + scale * gflops;
  return [
    `<text x="${LEFT - 12}" y="${y + 13}" text-anchor="end" fill="${COLORS.ink}">${name}</text>`,
    `<rect x="${LEFT}" y="${y}" width="${(scale * gflops).toFixed(1)}" height="${BAR}" rx="2" fill="${COLORS.bar}"/>`,
    `<line x1="${mark}" x2="${mark}" y1="${y - 4}" y2="${y + BAR + 4}" stroke="${COLORS.yardstick}" stroke-width="3"/>`,
    `<text x="${(end + 8).toFixed(1)}" y="${y + BAR + 16}" text-anchor="end" fill="${COLORS.muted}">${text}</text>`,
  ].join('\n');
}
