import type { RunNews } from '../../api/types.js';
import { formatDuration, formatNumber, formatScore } from '../data/format.js';
import type { RunData } from '../data/run-data.js';
import { Progress, StatusPill } from '../parts/status.js';

/** Name and state of a run, and its figures at a glance. */
export function RunHead({ data }: { data: RunData }) {
  const news = data.news.value;
  const details = data.details.value;
  return (
    <header class="run-head">
      <div class="page-head">
        <h1>{data.run}</h1>
        {news !== undefined && <StatusPill status={news.status} />}
      </div>
      {details !== undefined && (
        <p class="sub">
          {details.method} · {details.tasks.join(', ')} · seed {details.seed} · {details.engine}
        </p>
      )}
      {news !== undefined && (
        <>
          <Progress step={news.status.step} steps={news.status.steps} />
          <dl class="figures">
            {figuresOf(news).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            {details?.scores.map((score) => (
              <div key={`test ${score.task}`}>
                <dt>
                  {score.task}, test {score.metric}
                </dt>
                <dd>{formatScore(score)}</dd>
              </div>
            ))}
          </dl>
          {news.status.error !== undefined && <p class="notice">{news.status.error}</p>}
        </>
      )}
    </header>
  );
}

function figuresOf({ status, latest }: RunNews): [string, string][] {
  const { step, steps, alive } = status;
  const speed = latest['stepsPerSecond'];
  const left = alive && speed !== undefined && speed > 0 ? (steps - step) / speed : 0;
  const losses = Object.entries(latest).filter(([name]) => name.startsWith('loss/weights/'));
  return [
    ['steps', `${step} / ${steps}`],
    ...(left > 0 ? [['time left', formatDuration(left)] as [string, string]] : []),
    ...(speed === undefined ? [] : [['steps a second', formatNumber(speed)] as [string, string]]),
    ...losses.map(([name, value]): [string, string] => [`${name.split('/')[2]} loss`, formatNumber(value)]),
    ...figure(latest, 'entropy', 'gate entropy, nats'),
    ...figure(latest, 'edgesAbove', 'edges above 0.5'),
  ];
}

function figure(latest: RunNews['latest'], column: string, name: string): [string, string][] {
  const value = latest[column];
  return value === undefined ? [] : [[name, formatNumber(value)]];
}
