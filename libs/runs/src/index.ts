export type { DirectionChoice, EdgeChoice } from './edge-choice.js';
export {
  appendToFile,
  damaged,
  notWritable,
  readJsonObject,
  toJsonText,
  writeFileAtomically,
  writeOutputFile,
} from './files.js';
export { findRun, listRuns, nameOfRun, runNamed } from './find-run.js';
export { GatesLog, gatesAreKept, parseGates, readGates, type GatesLine } from './gates.js';
export {
  History,
  parseHistory,
  readHistory,
  stepsCovered,
  type EvaluationLine,
  type HistoryLine,
  type StepLine,
} from './history.js';
export type { InitialFileRecord, InitialWeightsRecord } from './initial-weights-record.js';
export {
  listPictures,
  picturesAreKept,
  picturesFolder,
  readPictures,
  writePictures,
  type DrawnExample,
  type PicturesRecord,
  type TaskPicture,
} from './pictures.js';
export { baselineKey, readResult, type BaselineKey, type RunResult } from './result.js';
export { RunFolder, createRun, runName, type NewRun, type TrainingFolder } from './run-folder.js';
export { lockOwner, lockRun } from './run-lock.js';
export { PHASES, atRest, readRunRecord, writeRunRecord, type Phase, type RunRecord } from './run-record.js';
export { stepsDone } from './steps-done.js';
export {
  appendTimeline,
  parseTimeline,
  readTimeline,
  streamTimeline,
  type TimelineLine,
  type TimelinePhase,
} from './timeline.js';
export { isScores, type NetworkScores, type Scores, type TaskScore } from './scores.js';
