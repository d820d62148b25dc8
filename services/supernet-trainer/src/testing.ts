import { DataServiceClient } from '@taskweave/contracts';
import { callUnary, connect, launchInProcess, type RunningService } from '@taskweave/service-kit';
import { runSpecSchema, type Method, type RunPlan, type RunSpec } from '@taskweave/spec';
import { buildNetworks } from '@taskweave/supernet';

/** Services that a test talks to, the real ones, in this process. */
export interface Neighbours {
  readonly data: RunningService;
  readonly architect: RunningService;
  stop(): Promise<void>;
}

export async function startNeighbours(): Promise<Neighbours> {
  const data = await launchInProcess('@taskweave/data-loader');
  const architect = await launchInProcess('@taskweave/architect');
  return {
    data,
    architect,
    async stop() {
      await data.stop();
      await architect.stop();
    },
  };
}

/** The plan of a tiny search on real digits. */
export async function tinyPlan(
  data: RunningService,
  steps: number,
  {
    method = 'search',
    microBatches = 1,
    batchSize = 16,
    trainLimit = 80,
    learningRate = 0.05,
    threads = 2,
    trainers = {},
  }: {
    method?: Method;
    microBatches?: number;
    batchSize?: number;
    trainLimit?: number;
    /** Of the weights. */
    learningRate?: number;
    threads?: number;
    trainers?: Partial<RunSpec['trainers']>;
  } = {},
): Promise<RunPlan> {
  const backbone = { options: { channels: [[4], [4, 4]], hidden: 8 } };
  const spec = runSpecSchema.parse({
    steps,
    // 40 weights examples make an epoch of two batches of 16 and one of 8: shapes change on the way.
    data: {
      batchSize,
      microBatches,
      options: { trainLimit, validationLimit: 40, testLimit: 40 },
    },
    tasks: [
      { id: 'left', backbone },
      { id: 'right', backbone },
    ],
    engine: { threads },
    optimizer: { learningRate },
    strategy: { options: { learningRate: 0.1 } },
    checkpoint: { every: 3 },
    evaluation: { every: 0 },
    trainers,
  });
  const connection = connect(DataServiceClient, data.address, { name: 'data-loader' });
  const taskIds = spec.tasks.map(({ id }) => id);
  const described = await callUnary(connection, 'describe', {
    dataJson: JSON.stringify(spec.data),
    tasks: taskIds,
  });
  connection.close();
  const imageShape = described.imageShape as [number, number, number];
  const tasks = described.tasks.map(({ id, outputs }) => ({ id, kind: 'classification' as const, outputs }));
  const networks = buildNetworks({ spec, tasks, imageShape }).map(({ task, backbone: { stages } }) => ({
    task: task.id,
    stages,
  }));
  return { spec, method, networks, tasks, imageShape };
}
