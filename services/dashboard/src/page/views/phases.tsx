import { useMemo } from 'preact/hooks';
import type { SeriesAnswer } from '../../api/types.js';
import { formatSeconds } from '../data/format.js';
import { Card, Nothing } from '../parts/card.js';
import type { Line } from '../parts/chart-data.js';
import { seriesColor } from '../parts/colors.js';
import { LineChart } from '../parts/line-chart.js';

interface PhaseShare {
  readonly phase: string;
  /** Mean of a step. */
  readonly seconds: number;
  readonly share: number;
  readonly color: string;
}

/** Where the time of a step goes: shares of all steps shown, and over time. */
export function Phases({ phases }: { phases: SeriesAnswer | undefined }) {
  const shares = useMemo(() => (phases === undefined ? [] : sharesOf(phases)), [phases]);
  const lines = useMemo(() => (phases === undefined ? [] : stacked(phases, shares)), [phases, shares]);
  return (
    <Card id="phases" title="Time of a step">
      {shares.length === 0 ? (
        <Nothing>No step was timed yet.</Nothing>
      ) : (
        <>
          <div class="stack" aria-hidden="true">
            {shares.map(({ phase, share, color }) => (
              <span key={phase} style={{ flexGrow: share, background: `var(${color})` }} />
            ))}
          </div>
          <table class="phases">
            <thead>
              <tr>
                <th scope="col">Phase</th>
                <th scope="col" class="number">
                  Mean
                </th>
                <th scope="col" class="number">
                  Share
                </th>
              </tr>
            </thead>
            <tbody>
              {shares.map(({ phase, seconds, share, color }) => (
                <tr key={phase}>
                  <th scope="row">
                    <span class="swatch" style={{ color: `var(${color})` }} aria-hidden="true" /> {phase}
                  </th>
                  <td class="number">{formatSeconds(seconds)}</td>
                  <td class="number">{(100 * share).toFixed(1)} %</td>
                </tr>
              ))}
            </tbody>
          </table>
          <LineChart
            label="Time of a step by phase, one on top of the other"
            lines={lines}
            height={150}
            format={formatSeconds}
            stacked
          />
        </>
      )}
    </Card>
  );
}

function sharesOf({ series, columns }: SeriesAnswer): PhaseShare[] {
  const means = columns.map((phase) => {
    const values = (series[phase]?.mean ?? []).filter((value) => value !== null);
    return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  const total = means.reduce((sum, mean) => sum + mean, 0);
  return columns.map((phase, i) => ({
    phase,
    seconds: means[i]!,
    share: total > 0 ? means[i]! / total : 0,
    color: seriesColor(i),
  }));
}

/** Each phase on top of those before it; the topmost first, so that the lower ones are drawn over it. */
function stacked({ x, series }: SeriesAnswer, shares: readonly PhaseShare[]): Line[] {
  const sums = new Float64Array(x.length);
  return shares
    .map(({ phase, color }): Line => {
      const own = series[phase]?.mean ?? [];
      const mean = x.map((_, i) => (sums[i]! += own[i] ?? 0));
      return { label: phase, color, x, mean, own };
    })
    .reverse();
}
