import {
  Network,
  Split,
  type EvaluateRequest,
  type EvaluateResponse,
  type Score,
} from '@taskweave/contracts';
import { callUnary } from '@taskweave/service-kit';
import type { NetworkScores, Scores } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import type { ServiceGroup } from './services.js';
import { withSharedFolder } from './shared-folder.js';

/** Generous: a large split on a busy machine. */
const EVALUATE_MS = 30 * 60_000;

const NETWORKS = { soft: Network.SOFT, discrete: Network.DISCRETE } as const;
const SPLITS = { validation: Split.VALIDATION, test: Split.TEST } as const;

export type SplitName = keyof typeof SPLITS;

export interface EvaluationRequest<N extends keyof NetworkScores> {
  run: string;
  plan: RunPlan;
  /** A checkpoint folder, or the folder of an exported model. */
  source: NonNullable<EvaluateRequest['source']>;
  split: SplitName;
  networks: readonly N[];
  /** Address of the evaluator to ask. @default the first one */
  evaluator?: string;
  /** Where in the blob store the run keeps its checkpoints, see `FolderOwner`. */
  blobs?: string;
  /** Examples to draw of the discrete network, and who gets them. @default none */
  pictures?: { readonly count: number; take(answer: EvaluateResponse): Promise<void> };
}

function scoresOf(network: Network, all: readonly Score[]): Scores {
  const own = all.filter((score) => score.network === network);
  return Object.fromEntries(
    own.map(({ task, metric, value, loss, examples, details }) => [
      task,
      {
        metric,
        value,
        loss,
        examples,
        ...(details.length > 0 && {
          details: Object.fromEntries(details.map((figure) => [figure.name, figure.value])),
        }),
      },
    ]),
  );
}

/** Has an evaluator score networks on a split; once more if a service crashed over it. */
export async function evaluate<N extends keyof NetworkScores>(
  services: ServiceGroup,
  { run, plan, source, split, networks, evaluator, blobs, pictures }: EvaluationRequest<N>,
  signal: AbortSignal,
): Promise<Pick<NetworkScores, N>> {
  const planJson = JSON.stringify(plan);
  const owner = { run, ...(blobs !== undefined && { blobs }) };
  const answer = await withSharedFolder(source.value, owner, (value) =>
    services.restarting(() =>
      callUnary(
        services.connection('evaluator', evaluator),
        'evaluate',
        {
          run,
          planJson,
          dataAddress: services.address('data-loader'),
          source: { ...source, value },
          split: SPLITS[split],
          networks: networks.map((network) => NETWORKS[network]),
          pictures: pictures?.count ?? 0,
        },
        { deadlineMs: EVALUATE_MS, signal },
      ),
    ),
  );
  await pictures?.take(answer);
  return Object.fromEntries(
    networks.map((network) => [network, scoresOf(NETWORKS[network], answer.scores)]),
  ) as unknown as Pick<NetworkScores, N>;
}
