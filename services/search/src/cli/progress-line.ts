import type { StepLine } from '@taskweave/runs';
import { formatDuration } from './format.js';

/**
 * `step 312/1200  left 0.113  right 0.187  entropy 0.284  edges 6  12.3 steps/s  ETA 1:12`. Where that is too wide the
 * parts move together, then the least telling ones are left out; in the end it is cut off.
 *
 * @param width most characters
 */
export function progressLine(line: StepLine, steps: number, width = Infinity): string {
  const done = line.step + 1;
  const losses = Object.entries(line.losses).map(([task, loss]) => `${task} ${loss.toFixed(3)}`);
  const state = [`step ${done}/${steps}`, ...losses];
  if (line.entropy !== undefined) state.push(`entropy ${line.entropy.toFixed(3)}`);
  const edges = line.edgesAbove === undefined ? [] : [`edges ${line.edgesAbove}`];
  const known = line.stepsPerSecond > 0;
  const speed = known ? [`${line.stepsPerSecond.toPrecision(3)} steps/s`] : [];
  const left = known ? [`ETA ${formatDuration((steps - done) / line.stepsPerSecond)}`] : [];
  const forms = [
    [...state, ...edges, ...speed, ...left].join('  '),
    [...state, ...edges, ...speed, ...left].join(' '),
    [...state, ...speed, ...left].join(' '),
    [...state, ...left].join(' '),
  ];
  return forms.find((form) => form.length <= width) ?? forms.at(-1)!.slice(0, width);
}
