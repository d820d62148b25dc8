import { TrainerServiceService, type TrainRequest, type TrainerServiceServer } from '@taskweave/contracts';
import { checkBlobPath, isBlobPath } from '@taskweave/checkpoints';
import { Collective } from '@taskweave/collective';
import { TaskweaveError } from '@taskweave/common';
import {
  AllowedFolders,
  checkRunName,
  serverStream,
  startServer,
  unary,
  type ServiceModule,
} from '@taskweave/service-kit';
import { Training } from './training.js';

/** A training takes a core or a GPU; the calls beside it are to stop it or to ask for its health. */
const MOST_CALLS = 64;

/** Milliseconds that another trainer has to say how an average stands: a machine under load takes seconds. */
const PROBE_MS = 10_000;

/** Longer than any deadline of a spec: a neighbour that has given up waiting ends its call itself. */
const PATIENCE_MS = 2 ** 31 - 1;

/** Owns the network weights of the runs it trains, one training at a time per run. */
export const service: ServiceModule = {
  name: 'supernet-trainer',
  async start(options) {
    const folders = AllowedFolders.fromEnvironment(options.address);
    const trainings = new Map<string, RunningTraining>();
    const collective = new Collective({ name: 'trainer', patienceMs: PATIENCE_MS, probeMs: PROBE_MS });
    const implementation: TrainerServiceServer = {
      train: serverStream(async function* (request, { signal }) {
        checkRunName(request.run);
        await checkPaths(request, folders);
        const before = trainings.get(request.run);
        if (before?.signal.aborted === false) throw alreadyTraining(request.run);
        // One that was given up may take its last step yet.
        await before?.ended;
        if (trainings.has(request.run)) throw alreadyTraining(request.run);
        const training = new Training(request, collective, signal);
        let end = (): void => undefined;
        const ended = new Promise<void>((resolve) => (end = resolve));
        trainings.set(request.run, { training, signal, ended });
        try {
          for await (const event of training.run()) yield { event };
        } finally {
          trainings.delete(request.run);
          end();
        }
      }),
      stop: unary(({ run }) => {
        const running = trainings.get(run);
        running?.training.requestStop();
        return { stopping: running !== undefined };
      }),
    };
    const server = await startServer({
      name: 'supernet-trainer',
      services: [{ definition: TrainerServiceService, implementation }, collective.service],
      limits: { concurrentCalls: MOST_CALLS },
      ...options,
    });
    return {
      name: 'supernet-trainer',
      address: server.address,
      async stop() {
        await server.stop();
        await collective.close();
      },
    };
  },
};

interface RunningTraining {
  readonly training: Training;
  /** Aborted when the call has ended. */
  readonly signal: AbortSignal;
  readonly ended: Promise<void>;
}

/** Empty means none in both fields. */
async function checkPaths(
  { run, checkpointFolder, resumeFrom }: TrainRequest,
  folders: AllowedFolders,
): Promise<void> {
  for (const [field, path] of [
    ['checkpoint_folder', checkpointFolder],
    ['resume_from', resumeFrom],
  ] as const) {
    if (isBlobPath(path)) checkBlobPath(field, path, run);
    else if (path !== '') await folders.check(field, path);
  }
}

function alreadyTraining(run: string): TaskweaveError {
  return new TaskweaveError({
    code: 'REQUEST_OUT_OF_ORDER',
    message: 'This run is being trained here already.',
    subject: run,
    action: 'Wait for it to end, or stop it.',
  });
}
