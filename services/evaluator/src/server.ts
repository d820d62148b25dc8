import {
  EvaluatorServiceService,
  type EvaluateResponse,
  type EvaluatorServiceServer,
} from '@taskweave/contracts';
import { startServer, startWorker, unary, type ServiceModule } from '@taskweave/service-kit';
import type { EvaluatorMethods } from './engine-worker.js';
import { evaluate } from './evaluation.js';

/** Scores checkpoints and exported models, one after the other. Keeps no state between requests. */
export const service: ServiceModule = {
  name: 'evaluator',
  async start(options) {
    const worker = startWorker<EvaluatorMethods>('@taskweave/evaluator/engine-worker');
    let queue: Promise<unknown> = Promise.resolve();
    const implementation: EvaluatorServiceServer = {
      evaluate: unary((request, { signal }) => {
        const turn: Promise<EvaluateResponse> = queue.then(() => evaluate(request, worker, signal));
        queue = turn.catch(() => undefined);
        return turn;
      }),
    };
    const server = await startServer({
      name: 'evaluator',
      services: [{ definition: EvaluatorServiceService, implementation }],
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
