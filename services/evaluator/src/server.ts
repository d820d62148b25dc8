import {
  EvaluatorServiceService,
  type EvaluateResponse,
  type EvaluatorServiceServer,
} from '@taskweave/contracts';
import { AllowedFolders, startServer, startWorker, unary, type ServiceModule } from '@taskweave/service-kit';
import { checkRequest } from './check-request.js';
import type { EvaluatorMethods } from './engine-worker.js';
import { evaluate } from './evaluation.js';

/** Those beyond the first wait for their turn, each with its request in memory. */
const MOST_CALLS = 64;

/** Scores checkpoints and exported models, one after the other. Keeps no state between requests. */
export const service: ServiceModule = {
  name: 'evaluator',
  async start(options) {
    const folders = AllowedFolders.fromEnvironment(options.address);
    const worker = startWorker<EvaluatorMethods>('@taskweave/evaluator/engine-worker');
    let queue: Promise<unknown> = Promise.resolve();
    const implementation: EvaluatorServiceServer = {
      evaluate: unary(async (request, { signal }) => {
        await checkRequest(request, folders);
        const turn: Promise<EvaluateResponse> = queue.then(() => evaluate(request, worker, signal));
        queue = turn.catch(() => undefined);
        return turn;
      }),
    };
    const server = await startServer({
      name: 'evaluator',
      services: [{ definition: EvaluatorServiceService, implementation }],
      limits: { concurrentCalls: MOST_CALLS },
      ...options,
    });
    return {
      name: 'evaluator',
      address: server.address,
      async stop() {
        await server.stop();
        await worker.stop();
      },
    };
  },
};
