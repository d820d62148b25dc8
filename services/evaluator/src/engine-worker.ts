import { serveWorker } from '@taskweave/service-kit/worker';
import { EvaluatorCore } from './evaluator-core.js';

/** Entry of the worker thread: tensor programs block the thread they run on, and gRPC must go on answering. */

const core = new EvaluatorCore();

const methods = {
  open: core.open.bind(core),
  add: core.add.bind(core),
  scores: core.scores.bind(core),
  pictures: core.pictures.bind(core),
};

export type EvaluatorMethods = typeof methods;

serveWorker(methods);
