import { monitorEventLoopDelay } from 'node:perf_hooks';
import { eventLoopDelay, processCpuTime, processMemory } from './metrics.js';

/** How often the event loop is probed, in milliseconds. Every probe costs microseconds. */
const PROBE_MS = 20;

/** Watches this process. @returns ends it */
export function watchProcess(): () => void {
  const delays = monitorEventLoopDelay({ resolution: PROBE_MS });
  delays.enable();
  const ends = [
    processMemory.watch(() => [{ value: process.memoryUsage.rss() }]),
    processCpuTime.watch(() => {
      const { user, system } = process.cpuUsage();
      return [{ value: (user + system) / 1e6 }];
    }),
    eventLoopDelay.watch(() => {
      // Nanoseconds from one probe to the next; no probe yet gives 0.
      const late = delays.count === 0 ? 0 : delays.percentile(99) / 1e9 - PROBE_MS / 1000;
      delays.reset();
      return [{ value: Math.max(0, late) }];
    }),
  ];
  return () => {
    delays.disable();
    for (const end of ends) end();
  };
}
