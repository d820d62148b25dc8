import { useEffect, useState } from 'preact/hooks';
import type { RunSummary } from '../../api/types.js';
import { formatScore, formatTime } from '../data/format.js';
import { listen } from '../data/live.js';
import { compareLink, runLink } from '../data/route.js';
import { Nothing } from '../parts/card.js';
import { Progress, StatusPill, statusText } from '../parts/status.js';

/** The runs in the folder, the newest first. */
export function RunsView() {
  const [runs, setRuns] = useState<readonly RunSummary[] | undefined>(undefined);
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  useEffect(() => listen<RunSummary[]>({}, setRuns), []);
  useEffect(() => void (document.title = 'Runs · Taskweave'), []);
  const words = filter.toLowerCase().split(/\s+/);
  const shown = (runs ?? []).filter((run) => {
    const text = `${run.name} ${run.method} ${statusText(run)} ${run.tasks.join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const choose = (name: string, on: boolean): void =>
    setChosen(on ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <>
      <div class="page-head">
        <h1>Runs</h1>
        <div class="tools">
          <input
            type="search"
            aria-label="Show only runs with these words"
            placeholder="Filter"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
          <button
            type="button"
            disabled={chosen.length < 2}
            onClick={() => (location.hash = compareLink(chosen))}
          >
            Compare{chosen.length > 1 ? ` ${chosen.length} runs` : ''}
          </button>
        </div>
      </div>
      {runs?.length === 0 && (
        <Nothing>There are no runs in this folder yet. Start one: npx taskweave start</Nothing>
      )}
      {shown.length > 0 && (
        <div class="card scroll" tabIndex={0} role="region" aria-label="List of runs">
          <table class="runs">
            <thead>
              <tr>
                <th scope="col">
                  <span class="unseen">Compare</span>
                </th>
                <th scope="col">Run</th>
                <th scope="col">State</th>
                <th scope="col">Steps</th>
                <th scope="col">Method</th>
                <th scope="col">Seed</th>
                <th scope="col">Test scores</th>
                <th scope="col">Started</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((run) => (
                <RunRow key={run.name} run={run} chosen={chosen.includes(run.name)} onChoose={choose} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function RunRow(props: { run: RunSummary; chosen: boolean; onChoose: (name: string, on: boolean) => void }) {
  const { run, chosen, onChoose } = props;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${run.name}`}
          checked={chosen}
          onChange={(event) => onChoose(run.name, event.currentTarget.checked)}
        />
      </td>
      <th scope="row">
        <a href={runLink(run.name)}>{run.name}</a>
        <span class="sub">{run.tasks.join(', ')}</span>
      </th>
      <td>
        <StatusPill status={run} />
      </td>
      <td class="number">
        {run.step} / {run.steps}
        <Progress step={run.step} steps={run.steps} />
      </td>
      <td>{run.method}</td>
      <td class="number">{run.seed}</td>
      <td>{run.scores.map((score) => `${score.task} ${formatScore(score)}`).join(', ') || '–'}</td>
      <td class="when">{formatTime(run.createdAt)}</td>
    </tr>
  );
}
