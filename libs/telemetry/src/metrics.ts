/** Every metric there is, by OpenTelemetry's name; docs/observability.md says what they are called in Prometheus. */
import { defineCounter, defineDuration, defineGauge, defineObserved } from './instruments.js';

/** Attributes of metrics. */
export const RUN = 'taskweave.run';
export const PHASE = 'taskweave.phase';
export const TASK = 'taskweave.task';
/** `weights` or `architecture`: the half of the training images that a loss is of. */
export const BATCH = 'taskweave.batch';
/** `soft` or `discrete`. */
export const NETWORK = 'taskweave.network';
export const METRIC = 'taskweave.metric';
export const ERROR_TYPE = 'error.type';

/** By whoever trains. */
export const stepDuration = defineDuration('taskweave.step.duration', 'Time of a step of a training');
export const phaseDuration = defineDuration(
  'taskweave.step.phase.duration',
  'Time of a part of a step, of a checkpoint or of an evaluation',
);
export const dataWaitRatio = defineGauge('taskweave.data.wait.ratio', {
  description: 'Share of the time of the last 20 steps that was spent waiting for batches',
  unit: '1',
});
export const images = defineCounter('taskweave.images', {
  description: 'Images of weight steps trained on',
  unit: '{image}',
});

/** By the search service, of a run. */
export const steps = defineCounter('taskweave.steps', {
  description: 'Steps done, with those of baselines and those repeated after a crash',
  unit: '{step}',
});
export const runStep = defineGauge('taskweave.run.step', {
  description: 'Steps done of a run',
  unit: '{step}',
});
export const runSteps = defineGauge('taskweave.run.steps', {
  description: 'Steps of the whole run',
  unit: '{step}',
});
export const runActive = defineGauge('taskweave.run.active', {
  description: '1 while a run is being worked on, 0 afterwards',
  unit: '1',
});
export const runFailures = defineCounter('taskweave.run.failures', {
  description: 'Runs that failed, by the code of the error',
  unit: '{run}',
});
export const loss = defineGauge('taskweave.loss', {
  description: 'Loss of a task in the latest step, before its weight',
  unit: '1',
});
export const score = defineGauge('taskweave.score', {
  description: 'Metric of a task on the validation split, at the latest evaluation',
  unit: '1',
});
export const gateEntropy = defineGauge('taskweave.gate.entropy', {
  description: 'Mean entropy of the gates, in nats',
  unit: '1',
});
export const edgesAboveHalf = defineGauge('taskweave.edges.above.half', {
  description: 'Edges whose probability is above one half',
  unit: '{edge}',
});
export const temperature = defineGauge('taskweave.temperature', {
  description: 'Temperature of the gates',
  unit: '1',
});
export const learningRate = defineGauge('taskweave.learning.rate', {
  description: 'Learning rate of the weights',
  unit: '1',
});
export const queueDepth = defineGauge('taskweave.queue.depth', {
  description: 'Checkpoints that wait for their evaluation or are in it',
  unit: '{checkpoint}',
});
export const checkpointAge = defineObserved(
  'taskweave.checkpoint.age',
  { description: 'Time since the newest checkpoint of a run was written', unit: 's' },
  'gauge',
);
export const checkpointSize = defineGauge('taskweave.checkpoint.size', {
  description: 'Size of the newest checkpoint of a run',
  unit: 'By',
});
export const members = defineGauge('taskweave.members', {
  description: 'Trainers at work on a run',
  unit: '{member}',
});
export const membersLost = defineCounter('taskweave.members.lost', {
  description: 'Trainers that a run went on without',
  unit: '{member}',
});
export const storageFree = defineObserved(
  'taskweave.storage.free',
  { description: 'Free space of the file system that holds runs', unit: 'By' },
  'gauge',
);
export const storageSize = defineObserved(
  'taskweave.storage.size',
  { description: 'Size of the file system that holds runs', unit: 'By' },
  'gauge',
);
export const serviceRestarts = defineCounter('taskweave.service.restarts', {
  description: 'Service processes that were started again after a crash',
  unit: '{restart}',
});

/** By every process. */
export const serverCallDuration = defineDuration('rpc.server.call.duration', 'Time of a call answered here');
export const clientCallDuration = defineDuration('rpc.client.call.duration', 'Time of a call made from here');
export const processMemory = defineObserved(
  'process.memory.usage',
  { description: 'Resident memory of the process', unit: 'By' },
  'gauge',
);
export const processCpuTime = defineObserved(
  'process.cpu.time',
  { description: 'Processor time of the process, of user and system together', unit: 's' },
  'counter',
);
export const eventLoopDelay = defineObserved(
  'nodejs.eventloop.delay.p99',
  { description: 'How late timers are, 99th percentile since metrics were last collected', unit: 's' },
  'gauge',
);
