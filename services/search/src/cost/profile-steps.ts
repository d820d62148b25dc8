import {
  profileStep,
  readProfile,
  type ProgramProfile,
  type ProfiledPhase,
  type StepProfile,
} from '@taskweave/engine';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trial, PHASES, type Phase } from './trial.js';
import { TrialBatches } from './trial-batches.js';
import type { PlannedRun } from './with-plan.js';

/** The first steps allocate memory. */
const WARM_UP = 2;

const PROGRAMS: Partial<Record<Phase, string>> = {
  'architecture pass': 'architecture-step',
  'weight pass': 'weight-step',
};

export interface ProfiledSteps {
  /** Wall time of one step, mean of the measured ones. */
  readonly seconds: number;
  readonly step: StepProfile;
  readonly programs: readonly ProgramProfile[];
}

/**
 * Runs some steps of a search under onnxruntime's profiler.
 *
 * @param steps that are measured, after two that are not
 */
export async function profileSteps({ plan, services }: PlannedRun, steps: number): Promise<ProfiledSteps> {
  const folder = await mkdtemp(join(tmpdir(), 'taskweave-profile-'));
  try {
    const trial = await Trial.open(plan, new TrialBatches(services, plan), `${folder}/`);
    const sums = new Map<Phase, number>();
    try {
      for (let step = 0; step < WARM_UP + steps; step++) {
        const seconds = await trial.step();
        if (step < WARM_UP) continue;
        for (const phase of PHASES) sums.set(phase, (sums.get(phase) ?? 0) + seconds[phase]);
      }
    } finally {
      await trial.close();
    }
    const programs: ProgramProfile[] = [];
    const phases = PHASES.map((name): ProfiledPhase => {
      const seconds = sums.get(name)! / steps;
      const programName = PROGRAMS[name];
      if (programName === undefined) return { name, seconds };
      const program = readProfile(folder, programName, WARM_UP);
      programs.push(program);
      return { name, seconds, program };
    });
    const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
    return { seconds, step: profileStep(phases), programs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
