export { hashedPlan } from './hashed-plan.js';
export { checkpointIsDue, type EvaluationTimes } from './checkpoint-due.js';
export { formatSpecYaml } from './format-spec.js';
export { formatPath, type FieldPath } from './field-path.js';
export { BASELINE_METHODS, METHODS, type BaselineMethod, type Method } from './method.js';
export { didYouMean, listNames, nearestName } from './nearest.js';
export { parseSpec } from './parse-spec.js';
export { MAX_SPEC_BYTES } from './parse-yaml.js';
export type { PluginSchema, SpecPlugins } from './plugins.js';
export { findPreset, isPreset } from './presets/find-preset.js';
export { DEFAULT_PRESET, PRESETS } from './presets/index.js';
export type { Preset } from './presets/preset.js';
export { parseSpecYaml, resolveSpec, type SpecLayers } from './resolve-spec.js';
export { parseRunPlan, type RunPlan } from './run-plan.js';
export { runSpecSchema, type RunSpec } from './run-spec.js';
export { applyAssignments } from './set-path.js';
export type { LocateField } from './spec-issue.js';
export { startPatienceMs } from './trainer-patience.js';
export type { TaskDeclaration, TaskKindId } from './task-declaration.js';
export { invalidCombinations } from './sweep/invalid-combinations.js';
export {
  parseSweep,
  type NamedText,
  type Sweep,
  type SweepRun,
  type SweepVariant,
} from './sweep/parse-sweep.js';
