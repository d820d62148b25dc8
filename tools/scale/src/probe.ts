/**
 * Loaded into a measured process before its program (`node --import`): tells the parent, on request, how busy the
 * process was since the last request.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SAMPLE_REQUEST, type ProcessSample } from './process-sample.js';

/** Milliseconds between the looks at the event loop; what a look comes later than that is the delay. */
const RESOLUTION_MS = 5;
const NANOSECONDS_PER_MS = 1e6;

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
let cpu = process.cpuUsage();

function sample(): ProcessSample {
  const { user, system } = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  const late = (nanoseconds: number): number =>
    delays.count === 0 ? 0 : Math.max(0, nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS);
  const taken = {
    cpuMs: (user + system) / 1_000,
    rssBytes: process.memoryUsage.rss(),
    loopDelayMeanMs: late(delays.mean),
    loopDelayP99Ms: late(delays.percentile(99)),
  };
  delays.reset();
  return taken;
}

process.on('message', (message) => {
  if (message === SAMPLE_REQUEST) process.send?.({ sample: sample() });
});
