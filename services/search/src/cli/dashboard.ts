import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadDashboard } from './dashboard-module.js';
import { shownPath } from './format.js';
import { untilStopped } from './until-stopped.js';

export interface DashboardCliOptions {
  output: string;
  host?: string;
  port?: number;
}

/** `taskweave dashboard`: the page of the runs in a folder, until it is told to stop. */
export async function dashboard({ output, host, port }: DashboardCliOptions): Promise<void> {
  const { startDashboard } = await loadDashboard();
  const page = await startDashboard({
    output,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
  });
  // A search may be about to make it, but it may also be misspelt.
  const missing = existsSync(output) ? '' : ', which is not there yet';
  process.stdout.write(`dashboard ${page.url}  ·  runs in ${shownPath(resolve(output)) || '.'}${missing}\n`);
  await untilStopped();
  await page.stop();
}
