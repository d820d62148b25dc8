import { TaskweaveError } from '@taskweave/common';
import { parentPort, workerData } from 'node:worker_threads';
import { startDashboard, type DashboardOptions } from './dashboard.js';
import type { ThreadReport } from './launch-dashboard.js';

const report = (message: ThreadReport): void => parentPort!.postMessage(message);

try {
  const { url } = await startDashboard(workerData as DashboardOptions);
  report({ url });
} catch (thrown) {
  report({ error: TaskweaveError.from(thrown).toDetails() });
}
