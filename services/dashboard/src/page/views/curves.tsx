import { useMemo, useState } from 'preact/hooks';
import type { RunDetails } from '../../api/types.js';
import { formatScore } from '../data/format.js';
import type { RunData } from '../data/run-data.js';
import { Card, Nothing } from '../parts/card.js';
import { smoothed } from '../parts/chart-data.js';
import { LineChart } from '../parts/line-chart.js';
import { Smoothing } from '../parts/smoothing.js';
import { FIGURES, isMinorLoss, lineOf, lossLines, scoreLines } from './run-lines.js';

/** Losses, scores and the figures of the search over time. */
export function Curves({ data, details }: { data: RunData; details: RunDetails }) {
  const [log, setLog] = useState(false);
  const [smoothing, setSmoothing] = useState(0.8);
  const steps = data.series.steps.value;
  const evaluations = data.series.evaluations.value;
  const { tasks } = details;
  const losses = useMemo(
    () => lossLines(tasks, steps, evaluations).map((line) => smoothed(line, smoothing)),
    [tasks.join(), steps, evaluations, smoothing],
  );
  const scores = useMemo(() => scoreLines(tasks, evaluations), [tasks.join(), evaluations]);
  const range = data.range.value;
  const zoom = (from: number, to: number): void => void data.zoom({ from, to });
  return (
    <>
      <Card
        id="losses"
        title="Losses"
        wide
        tools={
          <>
            {range !== undefined && (
              <button type="button" onClick={() => void data.zoom(undefined)}>
                Steps {range.from}–{range.to}: show all
              </button>
            )}
            <Smoothing weight={smoothing} onWeight={setSmoothing} />
            <label class="check">
              <input
                type="checkbox"
                checked={log}
                onChange={(event) => setLog(event.currentTarget.checked)}
              />
              Logarithmic
            </label>
          </>
        }
      >
        {losses.length === 0 ? (
          <Nothing>No step is done yet.</Nothing>
        ) : (
          <LineChart
            label="Losses over steps"
            lines={losses}
            log={log}
            height={260}
            hidden={isMinorLoss}
            onSelect={zoom}
          />
        )}
      </Card>
      {scores.map(({ metric, lines }) => (
        <Card
          key={metric}
          id={`score-${metric.replaceAll(' ', '-')}`}
          title={`Validation ${metric}`}
          wide={scores.length === 1}
        >
          <LineChart
            label={`Validation ${metric} over steps`}
            lines={lines}
            format={(value) => formatScore({ value, unit: details.units[metric] ?? 'none' })}
          />
        </Card>
      ))}
      {steps !== undefined && steps.x.length > 0 && (
        <Card id="figures" title="The search itself" wide>
          <div class="small-charts">
            {FIGURES.filter(({ column }) => steps.columns.includes(column)).map(({ column, title }) => (
              <LineChart
                key={column}
                label={title}
                height={120}
                lines={lineOf(steps, column, { label: title, color: '--series-1' })}
                onSelect={zoom}
              />
            ))}
          </div>
        </Card>
      )}
    </>
  );
}
