import { decodeRecord } from '@taskweave/messaging/log';
import type { EvaluationLine, TimelineLine } from '@taskweave/runs';
import type { ApiEvent } from '../api/types.js';
import { phaseSeconds } from './phase-seconds.js';

/** A message in the log of a run, as far as it matters here. */
interface LoggedMessage {
  readonly kind?: string;
  readonly time?: number;
  readonly data?: {
    readonly step?: number;
    readonly activity?: string;
    readonly phase?: string;
    readonly message?: string;
    readonly path?: string;
    readonly line?: EvaluationLine;
  } | null;
}

/** Most lines are steps, whose figures are in the history. */
const STEPS = /"kind":"(baseline\.)?step","id"/;

/** What a line of a run's message log tells people, if anything. */
export function eventOfLog(line: string): ApiEvent | undefined {
  if (STEPS.test(line.slice(0, 500))) return undefined;
  let message: LoggedMessage;
  try {
    message = decodeRecord(line, '') as LoggedMessage;
  } catch {
    return undefined;
  }
  const { kind, data, time } = message;
  const at = { ...(typeof time === 'number' && { time }), step: data?.step ?? 0 };
  switch (kind) {
    case 'opened':
      return { ...at, kind: 'opened', text: 'A process went to work on the run.' };
    case 'warning':
      return { ...at, kind: 'warning', text: String(data?.message) };
    case 'checkpoint.ready':
      return { ...at, kind: 'checkpoint', text: `Checkpoint after ${at.step} steps.` };
    case 'evaluation.done':
      return {
        ...at,
        kind: 'evaluation',
        text: `Validation after ${at.step} steps: ${scoresOf(data?.line)}`,
      };
    case 'phase':
      return { ...at, kind: 'phase', text: capital(data?.activity || String(data?.phase)) };
    default:
      return undefined;
  }
}

/** What a line of the timeline tells: how long a checkpoint or an evaluation took. */
export function eventOfTimeline(line: TimelineLine): ApiEvent | undefined {
  if (line.kind === 'step') return undefined;
  const took = [...phaseSeconds(line)]
    .map(([phase, seconds]) => `${phase} ${seconds.toFixed(2)} s`)
    .join(', ');
  return { time: line.began, step: line.step, kind: line.kind, text: `${line.by}: ${took}` };
}

function scoresOf(line: EvaluationLine | undefined): string {
  return Object.entries(line?.scores ?? {})
    .map(([network, scores]) => {
      const tasks = Object.entries(scores).map(
        ([task, { metric, value }]) => `${task} ${metric} ${value.toPrecision(4)}`,
      );
      return `${network} ${tasks.join(', ')}`;
    })
    .join('; ');
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
