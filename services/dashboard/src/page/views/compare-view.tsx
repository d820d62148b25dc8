import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CompareAnswer, SeriesAnswer } from '../../api/types.js';
import { ask } from '../data/client.js';
import { formatCount, formatScore } from '../data/format.js';
import { runLink } from '../data/route.js';
import { Card, Nothing } from '../parts/card.js';
import { smoothed, type Line } from '../parts/chart-data.js';
import { seriesColor } from '../parts/colors.js';
import { LineChart } from '../parts/line-chart.js';
import { Smoothing } from '../parts/smoothing.js';
import { StatusPill } from '../parts/status.js';

/** How often the curves of runs that go on are read again. */
const AGAIN_MS = 5_000;
const POINTS = 400;

interface Compared {
  readonly answer: CompareAnswer;
  /** Of each run: what was measured in its steps, and at its evaluations. */
  readonly series: readonly { readonly steps: SeriesAnswer; readonly evaluations: SeriesAnswer }[];
}

async function read(runs: readonly string[]): Promise<Compared> {
  const answer = await ask<CompareAnswer>('compare', { run: runs });
  const of = (run: string, table: string) => ask<SeriesAnswer>('series', { run, table, points: POINTS });
  const series = await Promise.all(
    answer.runs.map(async ({ name }) => ({
      steps: await of(name, 'steps'),
      evaluations: await of(name, 'evaluations'),
    })),
  );
  return { answer, series };
}

/** Runs side by side: overlaid curves, scores, and in what their configs differ. */
export function CompareView({ runs }: { runs: readonly string[] }) {
  const [compared, setCompared] = useState<Compared | undefined>(undefined);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    document.title = 'Compare · Taskweave';
    let timer: ReturnType<typeof setTimeout>;
    const again = async (): Promise<void> => {
      try {
        const found = await read(runs);
        setCompared(found);
        setFailure('');
        if (found.answer.runs.some(({ alive }) => alive)) timer = setTimeout(() => void again(), AGAIN_MS);
      } catch (thrown) {
        setFailure(thrown instanceof Error ? thrown.message : String(thrown));
        timer = setTimeout(() => void again(), AGAIN_MS);
      }
    };
    void again();
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <div class="page-head">
        <h1>Compare {runs.length} runs</h1>
      </div>
      {failure !== '' && (
        <p class="notice" role="alert">
          {failure}
        </p>
      )}
      {compared === undefined ? (
        failure === '' && <Nothing>Reading the runs…</Nothing>
      ) : (
        <div class="cards">
          <Curves {...compared} />
          <Scores {...compared.answer} />
          <Differences {...compared.answer} />
        </div>
      )}
    </>
  );
}

/** `loss/weights/left` as people say it. */
function columnName(column: string): string {
  const [kind, of, task, metric] = column.split('/');
  if (kind === 'score') return `${task} ${metric} (${of}, validation)`;
  if (kind !== 'loss') return column;
  const batch =
    of === 'weights' ? 'training' : of === 'architecture' ? 'architecture batch' : `${of}, validation`;
  return `${task} loss (${batch})`;
}

function Curves({ answer, series }: Compared) {
  const columns = useMemo(
    () => [
      ...new Set(series.flatMap(({ steps, evaluations }) => [...steps.columns, ...evaluations.columns])),
    ],
    [series],
  );
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [log, setLog] = useState(false);
  const [smoothing, setSmoothing] = useState(0.8);
  const column = chosen ?? columns[0] ?? '';
  const lines = useMemo(
    () =>
      answer.runs.flatMap(({ name }, i): Line[] => {
        const { steps, evaluations } = series[i]!;
        const from = steps.columns.includes(column) ? steps : evaluations;
        const values = from.series[column];
        const points = from === evaluations;
        return values === undefined
          ? []
          : [smoothed({ label: name, color: seriesColor(i), x: from.x, ...values, points }, smoothing)];
      }),
    [answer, series, column, smoothing],
  );
  return (
    <Card
      id="curves"
      title="Curves"
      wide
      tools={
        <>
          <select
            aria-label="What to compare"
            value={column}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {columns.map((name) => (
              <option key={name} value={name}>
                {columnName(name)}
              </option>
            ))}
          </select>
          <Smoothing weight={smoothing} onWeight={setSmoothing} />
          <label class="check">
            <input type="checkbox" checked={log} onChange={(event) => setLog(event.currentTarget.checked)} />
            Logarithmic
          </label>
        </>
      }
    >
      <LineChart key={column} label={columnName(column)} lines={lines} log={log} height={320} />
    </Card>
  );
}

function Scores({ runs }: CompareAnswer) {
  const columns = [
    ...new Set(runs.flatMap(({ scores }) => scores.map(({ task, metric }) => `${task}, ${metric}`))),
  ];
  return (
    <Card id="scores" title="Test scores of the discrete networks" wide>
      <div class="scroll" tabIndex={0} role="region" aria-label="Test scores">
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">State</th>
              {columns.map((column) => (
                <th key={column} scope="col" class="number">
                  {column}
                </th>
              ))}
              <th scope="col" class="number">
                Parameters
              </th>
              <th scope="col" class="number">
                Multiply-adds
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run, i) => {
              const discrete = run.systems.find(({ name }) => name.startsWith('discrete'));
              return (
                <tr key={run.name}>
                  <th scope="row">
                    <span class="swatch" style={{ color: `var(${seriesColor(i)})` }} aria-hidden="true" />{' '}
                    <a href={runLink(run.name)}>{run.name}</a>
                  </th>
                  <td>
                    <StatusPill status={run} />
                  </td>
                  {columns.map((column) => {
                    const score = run.scores.find(({ task, metric }) => `${task}, ${metric}` === column);
                    return (
                      <td key={column} class="number">
                        {score === undefined ? '–' : formatScore(score)}
                      </td>
                    );
                  })}
                  <td class="number">
                    {discrete?.params === undefined ? '–' : formatCount(discrete.params)}
                  </td>
                  <td class="number">{discrete?.macs === undefined ? '–' : formatCount(discrete.macs)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Differences({ runs, differences }: CompareAnswer) {
  return (
    <Card id="differences" title="Differences of the configs" wide>
      {differences.length === 0 ? (
        <Nothing>The configs are the same.</Nothing>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Differences of the configs">
          <table>
            <thead>
              <tr>
                <th scope="col">Field</th>
                {runs.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differences.map(({ field, values }) => (
                <tr key={field}>
                  <th scope="row">
                    <code>{field}</code>
                  </th>
                  {values.map((value, i) => (
                    <td key={i}>
                      <code>{value}</code>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
