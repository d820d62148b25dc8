import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainerServiceClient } from '@taskweave/contracts';
import { callServerStream, connect, launchInProcess, type RunningService } from '@taskweave/service-kit';
import { runSpecSchema, type Method, type RunPlan } from '@taskweave/spec';
import { buildNetworks } from '@taskweave/supernet';
import type { TelemetryOptions } from '@taskweave/telemetry';

type SpanExporter = NonNullable<TelemetryOptions['exporter']>;
type Spans = Parameters<SpanExporter['export']>[0];

/** Services that a checkpoint needs to come to be and to be scored, the real ones, in this process. */
export interface Neighbours {
  readonly data: RunningService;
  readonly architect: RunningService;
  readonly trainer: RunningService;
  stop(): Promise<void>;
}

export async function startNeighbours(): Promise<Neighbours> {
  const data = await launchInProcess('@taskweave/data-loader');
  const architect = await launchInProcess('@taskweave/architect');
  const trainer = await launchInProcess('@taskweave/supernet-trainer');
  return {
    data,
    architect,
    trainer,
    async stop() {
      for (const service of [trainer, architect, data]) await service.stop();
    },
  };
}

/** A few steps of a search among tiny networks on real digits. */
export function tinyPlan(method: Method): RunPlan {
  const backbone = { options: { channels: [[4], [4, 4]], hidden: 8 } };
  const spec = runSpecSchema.parse({
    steps: 6,
    // 40 examples to score: two batches of 16 and one of 8.
    data: { batchSize: 16, options: { trainLimit: 64, validationLimit: 40, testLimit: 40 } },
    tasks: [
      { id: 'left', backbone },
      { id: 'right', backbone },
    ],
    fusion: { init: [0.5, 0.5] },
    strategy: { options: { learningRate: 0.3 } },
    checkpoint: { every: 6 },
    evaluation: { every: 0 },
  });
  const tasks = spec.tasks.map(({ id }) => ({ id, kind: 'classification' as const, outputs: 10 }));
  const imageShape = [36, 36, 1] as const;
  const networks = buildNetworks({ spec, tasks, imageShape }).map(({ task, backbone: { stages } }) => ({
    task: task.id,
    stages,
  }));
  return { spec, method, networks, tasks, imageShape };
}

/** Trains to the end and returns the folder of the checkpoint. */
export async function train(
  { data, architect, trainer }: Neighbours,
  plan: RunPlan,
  checkpointFolder: string,
): Promise<string> {
  const connection = connect(TrainerServiceClient, trainer.address, { name: 'supernet-trainer' });
  const messages = callServerStream(connection, 'train', {
    run: plan.method,
    planJson: JSON.stringify(plan),
    dataAddress: data.address,
    architectAddress: plan.method === 'search' ? architect.address : '',
    checkpointFolder,
    resumeFrom: '',
    group: undefined,
  });
  let path = '';
  for await (const { event } of messages) if (event?.$case === 'checkpoint') path = event.value.path;
  connection.close();
  return path;
}

/** A copy of a folder with one file changed. */
export async function spoiledCopy(
  folder: string,
  copy: string,
  file: string,
  spoil: (contents: Buffer) => Buffer,
): Promise<string> {
  await cp(folder, copy, { recursive: true });
  await writeFile(join(copy, file), spoil(await readFile(join(folder, file))));
  return copy;
}

/** Keeps finished spans. */
export class SpanCollector implements SpanExporter {
  readonly spans: Spans = [];

  export(spans: Spans, done: Parameters<SpanExporter['export']>[1]): void {
    this.spans.push(...spans);
    done({ code: 0 });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  named(name: string): Spans {
    return this.spans.filter((span) => span.name === name);
  }
}
