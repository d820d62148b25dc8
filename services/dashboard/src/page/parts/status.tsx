import type { RunStatus } from '../../api/types.js';

/** Where a run stands, as people say it. */
export function statusText({ phase, alive }: Pick<RunStatus, 'phase' | 'alive'>): string {
  const working = phase === 'starting' || phase === 'searching' || phase === 'evaluating';
  return working && !alive ? 'interrupted' : phase;
}

export function StatusPill({ status }: { status: Pick<RunStatus, 'phase' | 'alive'> }) {
  const text = statusText(status);
  return (
    <span class={`pill pill-${text}`}>
      <span class="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

export function Progress({ step, steps }: { step: number; steps: number }) {
  return (
    <progress class="progress" max={steps} value={step} aria-label={`${step} of ${steps} steps`}>
      {step} of {steps}
    </progress>
  );
}
