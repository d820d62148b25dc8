import { TaskweaveError } from '@taskweave/common';
import type { RunSpec } from '@taskweave/spec';
import { estimateRun, type RunEstimate } from '../cost/estimate-run.js';
import { withPlan } from '../cost/with-plan.js';
import { RunControl } from '../run/run-control.js';
import { formatCount, formatDuration, formatTable } from './format.js';
import { specOf, type SpecOptions } from './spec-options.js';

export interface PlanOptions extends SpecOptions {
  json?: boolean;
}

/** `taskweave plan`: what a run would take, before it is started. */
export async function plan({ json, ...options }: PlanOptions): Promise<void> {
  const spec = specOf(options);
  const { id, device } = spec.engine;
  if (id !== 'onnx' || device !== 'cpu') {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'Only runs on the engine "onnx" and the device "cpu" can be predicted.',
      subject: 'engine',
      found: `${id} on ${device}`,
      expected: 'onnx on cpu',
      action:
        'Plan with --set engine.id=onnx --set engine.device=cpu: parameters and multiply-adds are the same.',
    });
  }
  const estimate = await withPlan(spec, new RunControl(), estimateRun);
  process.stdout.write(json === true ? `${JSON.stringify(estimate)}\n` : describe(estimate, spec));
}

function describe(estimate: RunEstimate, { name, steps, method, engine, trainers }: RunSpec): string {
  const { memory, step } = estimate;
  const searched = method === 'search';
  const pass = (
    label: string,
    { macs, nodes, seconds }: RunEstimate['step']['weights'],
    bytes: number,
  ): string[] => [
    label,
    formatCount(macs),
    String(nodes),
    megabytes(bytes),
    `${(seconds * 1000).toPrecision(3)} ms`,
  ];
  return [
    `${name}: ${formatCount(estimate.parameters)} parameters, ${estimate.edges} ${searched ? 'candidate edges' : 'edges'}, ` +
      `${formatCount(estimate.macsPerImage)} multiply-adds an image\n`,
    ...(trainers.count > 1
      ? [`for each of ${trainers.count} trainers, without the averages between them:\n`]
      : []),
    formatTable([
      ['one step', 'multiply-adds', 'nodes', 'activations', 'time'],
      ...(searched ? [pass('architecture pass', step.architecture, memory.activations.architecture)] : []),
      pass('weight pass', step.weights, memory.activations.weights),
    ]),
    `memory   ${megabytes(memory.total)} at most: state ${megabytes(memory.state)}, activations ` +
      `${megabytes(memory.activations.architecture + memory.activations.weights)}, other ` +
      `${megabytes(memory.other)}, the process itself ${megabytes(memory.process)}`,
    `time     ${step.seconds.toPrecision(3)} s a step with ${engine.threads} threads, ` +
      `${formatDuration(estimate.seconds)} for ${steps} steps, if nothing else runs on the machine\n` +
      `         ${BASIS[step.basis]}\n`,
  ].join('\n');
}

const BASIS: Readonly<Record<RunEstimate['step']['basis'], string>> = {
  tried: 'as a few steps took that were tried',
  modelled: 'from the sizes of the programs: steps of this size are not tried; data is taken to keep up',
};

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toPrecision(3)} MB` : `${(bytes / 1e9).toPrecision(3)} GB`;
}
