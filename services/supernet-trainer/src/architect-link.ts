import {
  ArchitectServiceClient,
  type ArchitectureMetrics,
  type GetStateResponse,
  type OptimizeResponse,
} from '@taskweave/contracts';
import { callUnary, connect, openBidi } from '@taskweave/service-kit';
import type { Json } from '@taskweave/common';
import type { Losses } from './trainer-core.js';

export interface GateUpdate {
  /** For the weight pass of this step. */
  readonly weightGates: readonly number[];
  /** For the architecture pass of the next step. */
  readonly architectureGates: readonly number[];
  readonly metrics: ArchitectureMetrics | undefined;
}

/** This trainer's conversation with the architect. */
export interface ArchitectLink {
  /** Gates for the first architecture pass. */
  readonly firstGates: readonly number[];
  /** Hands in what an architecture pass measured; answers when every member has. */
  update(
    step: number,
    measured: { gateGradients: readonly number[]; losses: Losses; examples: number },
  ): Promise<GateUpdate>;
  state(): Promise<GetStateResponse>;
  close(): Promise<void>;
}

export interface ArchitectRequest {
  readonly address: string;
  readonly run: string;
  readonly planJson: string;
  readonly member: string;
  readonly step: number;
  /** The strategy's stored state when training continues. */
  readonly stored?: Json;
  readonly signal: AbortSignal;
}

/**
 * Opens the search at the architect and joins it.
 *
 * @throws TaskweaveError of the architect, e.g. CHECKPOINT_DAMAGED when the stored state does not fit
 */
export async function joinArchitect(request: ArchitectRequest): Promise<ArchitectLink> {
  const { address, run, planJson, member, step, stored, signal } = request;
  const connection = connect(ArchitectServiceClient, address, { name: 'architect' });
  try {
    await callUnary(connection, 'openSearch', {
      run,
      planJson,
      stateJson: stored === undefined ? undefined : JSON.stringify(stored),
    });
    const call = openBidi(connection, 'optimize', { signal });
    await call.send({ run, message: { $case: 'join', value: { step, member } } });
    const joined = await call.next();
    return {
      firstGates: joined.architectureGates,
      async update(at, { gateGradients, losses, examples }) {
        const taskLosses = Object.entries(losses).map(([task, loss]) => ({ task, loss }));
        const value = { step: at, gateGradients: [...gateGradients], losses: taskLosses, examples };
        await call.send({ run, message: { $case: 'gradient', value } });
        const { weightGates, architectureGates, metrics }: OptimizeResponse = await call.next();
        return { weightGates, architectureGates, metrics };
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
