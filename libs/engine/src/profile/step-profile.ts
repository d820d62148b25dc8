import { nodeOrigin } from './node-name.js';
import type { ProgramProfile } from './ort-profile.js';
import { addTime, timeTree, type TimeTree } from './time-tree.js';

/** Seconds of one step, by what they were spent on. */
export interface StepProfile {
  /** phase / layer / `forward` or `gradient` / kernel. */
  readonly tree: TimeTree;
  readonly layers: ReadonlyMap<string, { forward: number; gradient: number }>;
  /** By tfjs kernel. */
  readonly kernels: ReadonlyMap<string, number>;
  /** By ONNX operator. */
  readonly ops: ReadonlyMap<string, number>;
}

export interface ProfiledPhase {
  readonly name: string;
  /** Wall time of one step's share. */
  readonly seconds: number;
  /** Where the phase runs a program. */
  readonly program?: ProgramProfile;
}

/** Name of the time a program's call took beside its nodes: feeds, fetches, scheduling. */
export const AROUND = '(around the program)';

/** Puts wall times of phases and the profiles of their programs together; everything is per step. */
export function profileStep(phases: readonly ProfiledPhase[]): StepProfile {
  const tree = timeTree('step');
  const layers = new Map<string, { forward: number; gradient: number }>();
  const kernels = new Map<string, number>();
  const ops = new Map<string, number>();
  for (const { name: phase, seconds, program } of phases) {
    let inside = 0;
    for (const { name, opType, duration } of program?.nodes ?? []) {
      const { layer, gradient, kernel } = nodeOrigin(name);
      const share = duration / 1e6 / program!.runs.length;
      const pass = gradient ? 'gradient' : 'forward';
      inside += share;
      addTime(tree, [phase, ...layer.split('/'), pass, kernel], share);
      const known = layers.get(layer) ?? { forward: 0, gradient: 0 };
      layers.set(layer, { ...known, [pass]: known[pass] + share });
      kernels.set(kernel, (kernels.get(kernel) ?? 0) + share);
      ops.set(opType, (ops.get(opType) ?? 0) + share);
    }
    const rest = Math.max(0, seconds - inside);
    addTime(tree, program === undefined ? [phase] : [phase, AROUND], rest);
  }
  return { tree, layers, kernels, ops };
}
