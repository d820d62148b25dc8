import {
  DataServiceClient,
  type EvaluateRequest,
  type EvaluateResponse,
  type Network,
  type Score,
} from '@taskweave/contracts';
import { hostTensors } from '@taskweave/engine';
import { connect, readBatches, type WorkerClient } from '@taskweave/service-kit';
import { parseRunPlan } from '@taskweave/spec';
import { linkedSpan, withSpan } from '@taskweave/telemetry';
import type { EvaluatorMethods } from './engine-worker.js';
import { openSource, type NetworkSource } from './load-network.js';

type Worker = WorkerClient<EvaluatorMethods>;

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
    for (const network of request.networks) {
      scores.push(...(await scoreNetwork(request, source, network, worker, signal)));
    }
    return { scores, checkpointTraceparent: source.traceparent };
  });
}

async function scoreNetwork(
  { planJson, dataAddress, split }: EvaluateRequest,
  source: NetworkSource,
  network: Network,
  worker: Worker,
  signal: AbortSignal,
): Promise<Score[]> {
  const { spec } = parseRunPlan(planJson);
  await worker.call('open', planJson, source.network(network));
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
