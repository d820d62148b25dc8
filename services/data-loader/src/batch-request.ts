import { TaskweaveError } from '@taskweave/common';
import { Split as WireSplit, type StreamBatchesRequest } from '@taskweave/contracts';
import type { Part, Shard, Split } from '@taskweave/datasets';
import { runSpecSchema, type RunSpec } from '@taskweave/spec';

/** Splits as the contracts number them. */
export const SPLITS: Readonly<Record<Split, WireSplit>> = {
  weights: WireSplit.WEIGHTS,
  architecture: WireSplit.ARCHITECTURE,
  validation: WireSplit.VALIDATION,
  test: WireSplit.TEST,
};

/** A `StreamBatches` request, checked. */
export interface BatchRequest {
  data: RunSpec['data'];
  tasks: string[];
  seed: number;
  split: Split;
  batchSize: number;
  firstBatch: number;
  /** 0: one pass of validation or test, and without end otherwise. */
  count: number;
  shard: Shard;
}

/** @throws TaskweaveError `CONFIG_INVALID` naming the field of the request */
export function parseBatchRequest(request: StreamBatchesRequest): BatchRequest {
  const { tasks, seed, batchSize, firstBatch, count, shardIndex } = request;
  const data = parseData(request.specJson);
  const split = (Object.keys(SPLITS) as Split[]).find((one) => SPLITS[one] === request.split);
  if (split === undefined) throw refusal('split', String(request.split), 'a split of DataService');
  if (batchSize < 1) throw refusal('batch_size', String(batchSize), 'at least 1');
  const shardCount = Math.max(1, request.shardCount);
  if (shardIndex >= shardCount) throw refusal('shard_index', String(shardIndex), `below ${shardCount}`);
  return {
    data,
    tasks,
    seed,
    split,
    batchSize,
    firstBatch,
    count,
    shard: { index: shardIndex, count: shardCount },
  };
}

/**
 * The `data` section of a run spec from its JSON text.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function parseData(json: string): RunSpec['data'] {
  let tree: unknown;
  try {
    tree = JSON.parse(json);
  } catch {
    throw refusal('data', 'a text that is not JSON', 'the data section of a run spec');
  }
  const result = runSpecSchema.shape.data.safeParse(tree);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = ['data', ...(issue?.path ?? [])].join('.');
  throw refusal(path, issue?.message ?? 'something else', 'the data section of a run spec');
}

/** The part of the data set that a split is drawn from. */
export function partOf(split: Split): Part {
  return split === 'weights' || split === 'architecture' ? 'train' : split;
}

function refusal(subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The data loader cannot serve this request.',
    subject,
    found,
    expected,
  });
}
