import { basename, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { TaskweaveError } from '@taskweave/common';
import {
  blobNameOf,
  downloadFolder,
  isBlobPath,
  readCheckpoint,
  readSafetensorsFile,
  withBlobStore,
  withScratchFolder,
  type Checkpoint,
} from '@taskweave/checkpoints';
import { Network, type EvaluateRequest } from '@taskweave/contracts';
import { hostTensors, type HostTensors } from '@taskweave/engine';
import { parseRunPlan } from '@taskweave/spec';
import { buildSupernet, extractDiscrete, type Supernet } from '@taskweave/supernet';
import type { NetworkToScore } from './evaluator-core.js';

/** Networks of one source, read and verified once. */
export interface NetworkSource {
  /** W3C traceparent of the step that wrote it; empty for an exported model. */
  readonly traceparent: string;
  /** @throws TaskweaveError CONFIG_INVALID for a network that the source does not hold, or another plan's */
  network(kind: Network): NetworkToScore;
}

/**
 * Opens what a request wants scored: a folder, or one in the blob store. No copy of that is kept, as a request names
 * everything that is to be scored of it, and it is in memory from then on.
 *
 * @throws TaskweaveError CHECKPOINT_DAMAGED, FILE_MISSING or FILE_DAMAGED naming the file; CONFIG_INVALID for a plan
 *   that cannot be read; CONFIG_INVALID and SERVICE_UNAVAILABLE for the blob store
 */
export async function openSource({ source, planJson }: EvaluateRequest): Promise<NetworkSource> {
  if (source === undefined || !isBlobPath(source.value)) return openFolder({ source, planJson });
  return withScratchFolder(async (scratch) => {
    const name = blobNameOf(source.value);
    const value = join(scratch, basename(name));
    await withBlobStore((store) => downloadFolder(store, name, value));
    return openFolder({ source: { ...source, value }, planJson });
  });
}

async function openFolder({
  source,
  planJson,
}: Pick<EvaluateRequest, 'source' | 'planJson'>): Promise<NetworkSource> {
  const supernet = buildSupernet(parseRunPlan(planJson));
  if (source?.$case === 'checkpoint') return checkpointSource(await readCheckpoint(source.value), supernet);
  if (source?.$case === 'model') return modelSource(source.value, supernet);
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'Nothing to evaluate.',
    subject: 'source',
    expected: 'a checkpoint or a model folder',
  });
}

function checkpointSource({ manifest, tensors, folder }: Checkpoint, supernet: Supernet): NetworkSource {
  const parameters = hostTensors(tensors['weights'] ?? []);
  const gates = (name: string): number[] => [
    ...(tensors['architecture']?.find((tensor) => tensor.name === name)?.data ?? []),
  ];
  const { traceparent } = manifest;
  return {
    traceparent,
    network(kind) {
      checkFit(supernet, parameters, folder);
      // Without a search there are no gates, and its one network counts as discrete.
      if (!supernet.gated) return { parameters };
      if (kind === Network.SOFT) return { parameters, gates: gates('soft_gates') };
      if (kind !== Network.DISCRETE) throw unknownNetwork(kind, folder);
      const kept = gates('discrete_gates').map((gate) => gate > 0.5);
      const discrete = extractDiscrete(supernet, parameters, kept);
      return { parameters: discrete.parameters, edges: discrete.network.edges.map(({ id }) => id) };
    },
  };
}

async function modelSource(folder: string, supernet: Supernet): Promise<NetworkSource> {
  const architectureFile = join(folder, 'architecture.json');
  const weightsFile = join(folder, 'weights.safetensors');
  const parameters = hostTensors((await readSafetensorsFile(weightsFile)).tensors);
  const edges = keptEdges(await readModelFile(architectureFile), architectureFile);
  return {
    traceparent: '',
    network(kind) {
      if (kind !== Network.DISCRETE) throw unknownNetwork(kind, folder);
      const kept = supernet.edges.filter(({ id }) => edges.includes(id));
      checkFit(supernet.withEdges(kept), parameters, folder);
      return { parameters, edges };
    },
  };
}

/** Refuses weights that are not those of a network, naming the first that differs. */
function checkFit({ parameters }: Supernet, values: HostTensors, folder: string): void {
  for (const { name, shape } of parameters) {
    const found = values[name]?.shape;
    if (found?.join() === shape.join()) continue;
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The weights are not those of the networks in the plan.',
      subject: `${folder}, ${name}`,
      found: found === undefined ? 'nothing' : `[${found.join(', ')}]`,
      expected: `[${shape.join(', ')}]`,
      action: 'Evaluate them with the plan of the run that wrote them.',
    });
  }
}

async function readModelFile(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const details = {
      message: 'A file of the model cannot be read.',
      subject: path,
      found: cause.code ?? '',
    };
    throw new TaskweaveError({ code: 'FILE_MISSING', ...details, expected: 'an exported model' }, { cause });
  });
}

function keptEdges(bytes: Uint8Array, file: string): string[] {
  try {
    const { edges } = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      edges: { id: string; kept: boolean }[];
    };
    return edges.filter(({ kept }) => kept).map(({ id }) => id);
  } catch (cause) {
    const details = { message: 'The architecture of the model cannot be read.', subject: file };
    throw new TaskweaveError(
      { code: 'FILE_DAMAGED', ...details, expected: 'JSON with a list of edges' },
      { cause },
    );
  }
}

function unknownNetwork(kind: Network, folder: string): TaskweaveError {
  const [name] = Object.entries(Network).find(([, value]) => value === kind) ?? [String(kind)];
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The source does not hold this network.',
    subject: folder,
    found: `NETWORK_${name}`,
    expected: 'NETWORK_SOFT (checkpoints only) or NETWORK_DISCRETE',
  });
}
