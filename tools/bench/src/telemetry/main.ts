/** What telemetry costs of a step: that of all services together, beside a real step in the same minute. */
import { TaskweaveError, describeError } from '@taskweave/common';
import { measureStep } from './measure-step.js';
import { measureTelemetry } from './measure-telemetry.js';

const TOLD = 20_000;
const STEPS: readonly (readonly [name: string, options: readonly string[], steps: number])[] = [
  ['multi-mnist-smoke', ['--preset=multi-mnist-smoke'], 100],
  ['multi-mnist', ['--preset=multi-mnist', '--set=evaluation.every=0'], 20],
];

try {
  const rows = [
    ['nothing exported', await measureTelemetry(false, TOLD)],
    ['OTLP and Prometheus', await measureTelemetry(true, TOLD)],
  ] as const;
  for (const [name, options, count] of STEPS) {
    const step = await measureStep(options, count);
    process.stdout.write(`A step of ${name}: ${(step * 1e3).toFixed(2)} ms\n`);
    for (const [how, { seconds, bytes }] of rows) {
      const share = `${((100 * seconds) / step).toFixed(2)} % of the step`;
      const sent = bytes > 0 ? `, ${bytes.toFixed(0)} bytes` : '';
      process.stdout.write(
        `  ${how.padEnd(22)}${(seconds * 1e6).toFixed(0).padStart(5)} us${sent}: ${share}\n`,
      );
    }
  }
} catch (error) {
  const known = TaskweaveError.from(error);
  process.stderr.write(`${describeError(known)}\n`);
  process.exitCode = known.exitCode;
}
