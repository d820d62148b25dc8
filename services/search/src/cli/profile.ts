import { TaskweaveError } from '@taskweave/common';
import { AROUND, byTime, chromeTrace, flameGraph } from '@taskweave/engine';
import { writeOutputFile } from '@taskweave/runs';
import { profileSteps, type ProfiledSteps } from '../cost/profile-steps.js';
import { withPlan } from '../cost/with-plan.js';
import { checkOutputFile } from '../run/check-output.js';
import { RunControl } from '../run/run-control.js';
import { formatTable } from './format.js';
import { specOf, type SpecOptions } from './spec-options.js';

/** `--steps` means the steps to measure here. */
export interface ProfileOptions extends SpecOptions {
  svg?: string;
  json?: string;
}

const DEFAULT_STEPS = 5;
const MOST_STEPS = 1000;
/** Rows of a table; the rest is summed up. */
const ROWS = 12;

/** `taskweave profile`: where a step goes by phase, layer and op. */
export async function profile({
  svg,
  json,
  steps = DEFAULT_STEPS,
  ...options
}: ProfileOptions): Promise<void> {
  if (!Number.isInteger(steps) || steps < 1 || steps > MOST_STEPS) {
    throw invalid('--steps', String(steps), `an integer from 1 to ${MOST_STEPS}`);
  }
  const spec = specOf(options);
  if (spec.engine.id !== 'onnx')
    throw invalid('engine.id', spec.engine.id, 'onnx, the only engine with a profiler');
  if (svg !== undefined) checkOutputFile(svg, '--svg');
  if (json !== undefined) checkOutputFile(json, '--json');
  const profiled = await withPlan(spec, new RunControl(), (planned) => profileSteps(planned, steps));
  const title = `${spec.name}: ${ms(profiled.seconds)} a step, mean of ${steps}, ${spec.engine.threads} threads`;
  if (svg !== undefined) await writeOutputFile(svg, flameGraph(profiled.step.tree, title), '--svg');
  if (json !== undefined)
    await writeOutputFile(json, JSON.stringify(chromeTrace(profiled.programs)), '--json');
  process.stdout.write(`${title}\n\n${tables(profiled)}`);
}

function tables({ seconds, step }: ProfiledSteps): string {
  const share = (part: number): string => `${((100 * part) / seconds).toFixed(1)} %`;
  const phases = byTime(step.tree).flatMap((phase) => {
    const around = phase.children.get(AROUND)?.seconds;
    const row = [phase.name, ms(phase.seconds), share(phase.seconds)];
    return around === undefined ? [row] : [row, [`  ${AROUND.slice(1, -1)}`, ms(around), share(around)]];
  });
  const layers = top(
    [...step.layers].map(([name, { forward, gradient }]) => ({ name, parts: [forward, gradient] })),
  );
  const single = (times: ReadonlyMap<string, number>): Entry[] =>
    top([...times].map(([name, time]) => ({ name, parts: [time] })));
  const rows = (entries: Entry[]): string[][] =>
    entries.map(({ name, parts }) => [name, ...parts.map(ms), share(total(parts))]);
  return [
    formatTable([['phase', 'time', 'share'], ...phases]),
    formatTable([['layer', 'forward', 'gradient', 'share'], ...rows(layers)]),
    formatTable([['kernel', 'time', 'share'], ...rows(single(step.kernels))]),
    formatTable([['ONNX op', 'time', 'share'], ...rows(single(step.ops))]),
  ].join('\n');
}

interface Entry {
  readonly name: string;
  readonly parts: readonly number[];
}

const total = (parts: readonly number[]): number => parts.reduce((a, b) => a + b, 0);

/** The largest entries, and the sum of the others as the last one. */
function top(entries: readonly Entry[]): Entry[] {
  const sorted = [...entries].sort((a, b) => total(b.parts) - total(a.parts));
  const rest = sorted.slice(ROWS);
  if (rest.length === 0) return sorted;
  const parts = rest[0]!.parts.map((_, i) => total(rest.map((entry) => entry.parts[i]!)));
  return [...sorted.slice(0, ROWS), { name: `${rest.length} others`, parts }];
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(2)} ms`;
}

function invalid(subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'This cannot be profiled.',
    subject,
    found,
    expected,
  });
}
