import { serveWorker } from '@taskweave/service-kit/worker';
import { TrainerCore } from './trainer-core.js';

/** Entry of the worker thread: tensor programs block the thread they run on, and gRPC must go on answering. */

const core = new TrainerCore();

const methods = {
  open: core.open.bind(core),
  architectureStep: core.architectureStep.bind(core),
  weightStep: core.weightStep.bind(core),
  tensors: core.tensors.bind(core),
  gradientStep: core.gradientStep.bind(core),
  gradients: core.gradients.bind(core),
  update: core.update.bind(core),
  statistics: core.statistics.bind(core),
  replace: core.replace.bind(core),
  close: core.close.bind(core),
};

export type TrainerMethods = typeof methods;

serveWorker(methods);
