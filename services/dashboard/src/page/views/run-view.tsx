import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { RunData } from '../data/run-data.js';
import { Nothing } from '../parts/card.js';
import { lazily } from '../parts/lazily.js';
import { Curves } from './curves.js';
import { RunHead } from './run-head.js';

// What is below the first screen is loaded after it was painted.
const Gates = lazily(async () => (await import('./gates-view.js')).GatesView);
const Details = lazily(async () => (await import('./details-view.js')).DetailsView);

/** One run, live while a process is at work on it. */
export function RunView({ run }: { run: string }) {
  const data = useMemo(() => new RunData(run), [run]);
  useEffect(() => () => data.end(), [data]);
  useEffect(() => void (document.title = `${run} · Taskweave`), [run]);
  /** The step that heat map and drawing show; the last one unless chosen. */
  const step = useSignal<number | undefined>(undefined);
  const details = data.details.value;
  return (
    <>
      <RunHead data={data} />
      {data.failure.value !== undefined && (
        <p class="notice" role="alert">
          {data.failure.value}
        </p>
      )}
      {details === undefined ? (
        data.failure.value === undefined && <Nothing>Reading the run…</Nothing>
      ) : (
        <div class="cards">
          <Curves data={data} details={details} />
          <Gates data={data} details={details} step={step} />
          <Details data={data} details={details} />
        </div>
      )}
    </>
  );
}
