import {
  ArchitectServiceClient,
  type ArchitectureMetrics,
  type GetStateResponse,
  type OptimizeResponse,
} from '@taskweave/contracts';
import { callUnary, connect, openBidi } from '@taskweave/service-kit';
import type { Json } from '@taskweave/common';
import { startPatienceMs } from '@taskweave/spec';
import type { Losses } from './trainer-core.js';
import type { TrainingGroup } from './training-group.js';

/** How long the architect may take for an answer that waits for nobody. */
const ANSWER_MS = 60_000;
/** Node's longest timer. */
const LONGEST_MS = 2 ** 31 - 1;

export interface GateUpdate {
  /** For the weight pass of this step. */
  readonly weightGates: readonly number[];
  /** For the architecture pass of the next step. */
  readonly architectureGates: readonly number[];
  readonly metrics: ArchitectureMetrics | undefined;
  /** Trainers that were lost since the update before. */
  readonly lost: readonly string[];
}

/** What an architecture pass gives: nothing but zeros for a trainer that has no part in the batch. */
export interface GateMeasurement {
  readonly gateGradients: readonly number[];
  readonly losses: Losses;
  readonly examples: number;
}

/** This trainer's conversation with the architect. */
export interface ArchitectLink {
  /** Gates for the first architecture pass. */
  readonly firstGates: readonly number[];
  /**
   * Hands in what an architecture pass measured; answers when every member has.
   *
   * @param lost members that were found to be lost since the update before
   * @throws TaskweaveError `MEMBER_LOST` when the others went on without this trainer
   */
  update(step: number, measured: GateMeasurement, lost: readonly string[]): Promise<GateUpdate>;
  state(): Promise<GetStateResponse>;
  close(): Promise<void>;
}

export interface ArchitectRequest {
  readonly address: string;
  readonly run: string;
  readonly planJson: string;
  readonly group: TrainingGroup;
  /** Milliseconds that members wait for each other. */
  readonly deadlineMs: number;
  readonly step: number;
  /** The strategy's stored state when training continues. */
  readonly stored?: Json;
  readonly signal: AbortSignal;
}

/**
 * Opens the search at the architect, unless another of the group has, and joins it.
 *
 * @throws TaskweaveError of the architect, e.g. CHECKPOINT_DAMAGED when the stored state does not fit
 */
export async function joinArchitect(request: ArchitectRequest): Promise<ArchitectLink> {
  const { address, run, planJson, group, deadlineMs, step, stored, signal } = request;
  const connection = connect(ArchitectServiceClient, address, { name: 'architect' });
  try {
    await callUnary(connection, 'openSearch', {
      run,
      planJson,
      stateJson: stored === undefined ? undefined : JSON.stringify(stored),
      session: group.session,
      members: group.names,
      deadlineMs,
    });
    const call = openBidi(connection, 'optimize', { signal });
    await call.send({ run, message: { $case: 'join', value: { step, member: group.self } } });
    const joined = await call.next();
    return {
      firstGates: joined.architectureGates,
      async update(at, { gateGradients, losses, examples }, lost) {
        const taskLosses = Object.entries(losses).map(([task, loss]) => ({ task, loss }));
        const value = {
          step: at,
          gateGradients: [...gateGradients],
          losses: taskLosses,
          examples,
          lost: [...lost],
        };
        await call.send({ run, message: { $case: 'gradient', value } });
        // As long as the architect waits for others, it must not be taken for lost itself.
        const patienceMs = Math.min(startPatienceMs(deadlineMs) + ANSWER_MS, LONGEST_MS);
        const answer: OptimizeResponse = await call.next(patienceMs);
        return answer;
      },
      state: () => callUnary(connection, 'getState', { run }),
      async close() {
        await call.close();
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}
