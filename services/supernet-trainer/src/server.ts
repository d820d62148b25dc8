import { TrainerServiceService, type TrainerServiceServer } from '@taskweave/contracts';
import { TaskweaveError } from '@taskweave/common';
import { serverStream, startServer, unary, type ServiceModule } from '@taskweave/service-kit';
import { Training } from './training.js';

/** Owns the network weights of the runs it trains, one training at a time per run. */
export const service: ServiceModule = {
  name: 'supernet-trainer',
  async start(options) {
    const trainings = new Map<string, Training>();
    const implementation: TrainerServiceServer = {
      train: serverStream(async function* (request, { signal }) {
        if (trainings.has(request.run)) throw alreadyTraining(request.run);
        const training = new Training(request, signal);
        trainings.set(request.run, training);
        try {
          for await (const event of training.run()) yield { event };
        } finally {
          trainings.delete(request.run);
        }
      }),
      stop: unary(({ run }) => {
        const training = trainings.get(run);
        training?.requestStop();
        return { stopping: training !== undefined };
      }),
    };
    const server = await startServer({
      name: 'supernet-trainer',
      services: [{ definition: TrainerServiceService, implementation }],
      ...options,
    });
    return { name: 'supernet-trainer', address: server.address, stop: () => server.stop() };
  },
};

function alreadyTraining(run: string): TaskweaveError {
  return new TaskweaveError({
    code: 'INTERNAL',
    message: 'This run is being trained here already.',
    subject: run,
    action: 'Wait for it to end, or stop it.',
  });
}
