import {
  profileStep,
  readProfile,
  type ProgramProfile,
  type ProfiledPhase,
  type StepProfile,
} from '@taskweave/engine';
import type { RunPlan } from '@taskweave/spec';
import { buildSupernet, passPrograms, type Pass } from '@taskweave/supernet';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trial, PHASES, type Phase } from './trial.js';
import { TrialBatches } from './trial-batches.js';
import type { PlannedRun } from './with-plan.js';

/** The first steps allocate memory. */
const WARM_UP = 2;

const PASSES: Partial<Record<Phase, Pass>> = {
  'architecture pass': 'architecture',
  'weight pass': 'weights',
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
      const pass = PASSES[name];
      if (pass === undefined) return { name, seconds };
      const profiles = readPass(folder, plan, pass);
      programs.push(...profiles);
      // Only a search has an architecture pass.
      if (profiles.length === 0) return { name, seconds };
      return { name, seconds, program: ofSteps(profiles, steps) };
    });
    const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
    return { seconds, step: profileStep(phases), programs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The profiles of a pass's programs: with micro-batches there may be two, each called more than once a step. */
function readPass(folder: string, plan: RunPlan, pass: Pass): ProgramProfile[] {
  const programs = passPrograms(buildSupernet(plan), plan, pass, plan.spec.data.batchSize);
  return programs.map(({ program, calls }) => readProfile(folder, program.name, WARM_UP * calls));
}

/** Several programs as one that is called once a step. */
function ofSteps(profiles: readonly ProgramProfile[], steps: number): ProgramProfile {
  const [first] = profiles;
  const calls = first!.runs.length / steps;
  return {
    program: first!.program,
    runs: first!.runs.filter((_, call) => call % calls === 0),
    nodes: profiles.flatMap(({ nodes }) => nodes),
  };
}
