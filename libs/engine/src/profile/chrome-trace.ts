import { nodeOrigin } from './node-name.js';
import type { ProgramProfile } from './ort-profile.js';

/** An event of the trace format that chrome://tracing and ui.perfetto.dev read; times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X' | 'M';
  readonly ts: number;
  readonly dur: number;
  readonly pid: 1;
  readonly tid: number;
  readonly args: Readonly<Record<string, string>>;
}

/**
 * The calls of programs as a trace: a track each, with calls and the nodes in them.
 *
 * @param programs profiles; each program's clock starts when it was loaded, so tracks are not aligned
 */
export function chromeTrace(programs: readonly ProgramProfile[]): { traceEvents: TraceEvent[] } {
  const traceEvents: TraceEvent[] = [];
  programs.forEach(({ program, runs, nodes }, index) => {
    const tid = index + 1;
    const common = { pid: 1, tid } as const;
    const start = runs[0]?.start ?? 0;
    traceEvents.push({
      ...common,
      name: 'thread_name',
      cat: '',
      ph: 'M',
      ts: 0,
      dur: 0,
      args: { name: program },
    });
    for (const run of runs) {
      traceEvents.push({
        ...common,
        name: program,
        cat: 'call',
        ph: 'X',
        ts: run.start - start,
        dur: run.duration,
        args: {},
      });
    }
    for (const node of nodes) {
      const { layer, gradient, kernel } = nodeOrigin(node.name);
      traceEvents.push({
        ...common,
        name: node.opType,
        cat: gradient ? 'gradient' : 'forward',
        ph: 'X',
        ts: node.start - start,
        dur: node.duration,
        args: { layer, kernel, node: node.name },
      });
    }
  });
  return { traceEvents };
}
