import { TaskweaveError, type ErrorDetails } from '@taskweave/common';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Dashboard, DashboardOptions } from './dashboard.js';

/** What the thread says when it has started, or has not. */
export type ThreadReport = { readonly url: string } | { readonly error: ErrorDetails };

/** Heap of the thread; the files of a dozen long runs fit into it. */
const MOST_HEAP_MB = 1_024;

/**
 * Serves the page from a thread of its own: reading long files takes nothing from a search in this process, and if the thread
 * fails only the page is gone. It does not keep the process alive.
 *
 * @param signal ends it, also before it is there
 * @throws TaskweaveError as `startDashboard`
 */
export async function launchDashboard(options: DashboardOptions, signal?: AbortSignal): Promise<Dashboard> {
  const thread = createRequire(import.meta.url).resolve('@taskweave/dashboard/thread');
  const worker = new Worker(thread, {
    workerData: options,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
  });
  const end = (): void => void worker.terminate();
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();
  const url = await new Promise<string>((started, failed) => {
    worker.once('message', (report: ThreadReport) => {
      if ('url' in report) started(report.url);
      else failed(new TaskweaveError(report.error));
    });
    worker.on('error', (cause) => failed(ended(cause)));
    worker.once('exit', () => failed(ended()));
  });
  worker.unref();
  return { url, stop: async () => void (await worker.terminate()) };
}

function ended(cause?: unknown): TaskweaveError {
  const message = 'The thread of the dashboard ended before it was ready.';
  return new TaskweaveError(
    { code: 'INTERNAL', message, ...(cause instanceof Error && { found: cause.message }) },
    { cause },
  );
}
