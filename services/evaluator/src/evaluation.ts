import { TaskweaveError } from '@taskweave/common';
import {
  DataServiceClient,
  Network,
  type EvaluateRequest,
  type EvaluateResponse,
  type Score,
} from '@taskweave/contracts';
import { hostTensors } from '@taskweave/engine';
import { connect, readBatches, type WorkerClient } from '@taskweave/service-kit';
import { parseRunPlan } from '@taskweave/spec';
import { linkedSpan, withSpan } from '@taskweave/telemetry';
import type { EvaluatorMethods } from './engine-worker.js';
import { openSource, type NetworkSource } from './load-network.js';

type Worker = WorkerClient<EvaluatorMethods>;
type Drawn = Pick<EvaluateResponse, 'pictures' | 'picturesProblem'>;

/** Scores what a request asks for: one pass over the split for each network. */
export async function evaluate(
  request: EvaluateRequest,
  worker: Worker,
  signal: AbortSignal,
): Promise<EvaluateResponse> {
  const source = await openSource(request);
  const span = <T>(run: () => Promise<T>): Promise<T> =>
    source.traceparent === ''
      ? withSpan('evaluation', {}, run)
      : linkedSpan('evaluation', source.traceparent, {}, run);
  return span(async () => {
    const scores: Score[] = [];
    let drawn: Drawn = { pictures: [], picturesProblem: '' };
    for (const network of request.networks) {
      const wanted = network === Network.DISCRETE ? request.pictures : 0;
      scores.push(...(await scoreNetwork(request, source, network, wanted, worker, signal)));
      if (wanted > 0) drawn = await draw(worker);
    }
    return { scores, checkpointTraceparent: source.traceparent, ...drawn };
  });
}

async function scoreNetwork(
  { planJson, dataAddress, split }: EvaluateRequest,
  source: NetworkSource,
  network: Network,
  pictures: number,
  worker: Worker,
  signal: AbortSignal,
): Promise<Score[]> {
  const { spec } = parseRunPlan(planJson);
  await worker.call('open', planJson, source.network(network), pictures);
  const connection = connect(DataServiceClient, dataAddress, { name: 'data-loader' });
  try {
    // The worker gets copies.
    const options = { signal, recycle: true };
    for await (const { tensors } of readBatches(connection, spec, { split }, options)) {
      await worker.call('add', hostTensors(tensors));
    }
  } finally {
    connection.close();
  }
  return (await worker.call('scores')).map((score) => ({ network, ...score, details: [...score.details] }));
}

/** Scores are worth having without pictures too. */
async function draw(worker: Worker): Promise<Drawn> {
  try {
    return { pictures: await worker.call('pictures'), picturesProblem: '' };
  } catch (thrown) {
    return { pictures: [], picturesProblem: TaskweaveError.from(thrown).message };
  }
}
