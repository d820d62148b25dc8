import { TaskweaveError } from '@taskweave/common';
import { nameOfRun, type RunFolder } from '@taskweave/runs';
import { dirname } from 'node:path';
import { loadDashboard, type Dashboard } from './dashboard-module.js';

/** The live page beside what this process does. */
export interface OpenDashboard {
  /** Ends at once, whoever looks at it, also if it is not there yet. */
  stop(): void;
}

/**
 * Shows the runs of a folder on a live page beside what this process does, and tells its address when it is there. Without it a
 * run is none the worse: that it cannot be shown is a warning.
 *
 * @param run the one to begin with; the list of all unless given
 */
export function openDashboard(
  output: string,
  run: RunFolder | undefined,
  tell: (text: string) => void,
): OpenDashboard {
  const stop = new AbortController();
  // A run may be resumed that is in another folder.
  const inside = run === undefined || !nameOfRun(run, output).startsWith('..');
  const shown = inside ? output : dirname(run.path);
  void open(shown, stop.signal).then(
    ({ url }) => tell(`dashboard ${url}${run === undefined ? '' : hashOf(nameOfRun(run, shown))}`),
    (thrown: unknown) => {
      const { message, action } = TaskweaveError.from(thrown);
      const advice = action === undefined ? '' : ` ${action}`;
      if (!stop.signal.aborted) tell(`warning: There is no dashboard. ${message}${advice}`);
    },
  );
  return { stop: () => stop.abort() };
}

async function open(output: string, signal: AbortSignal): Promise<Dashboard> {
  const { launchDashboard } = await loadDashboard();
  return launchDashboard({ output }, signal);
}

/** The part of the page's address that names a run. */
function hashOf(run: string): string {
  return `#/run/${run.split('/').map(encodeURIComponent).join('/')}`;
}
