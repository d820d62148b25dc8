import type { GetRunResponse } from '@taskweave/contracts';
import type { RunResult } from '@taskweave/runs';
import { callUnary } from '@taskweave/service-kit';
import { parseRunPlan } from '@taskweave/spec';
import { describeInitialWeights } from '../initial-weights-text.js';
import { drawResult, scoreTable, summaryLine } from '../result-text.js';
import { withCluster, type ClusterOptions } from './connect-cluster.js';
import { describeState, toJson } from './summary-text.js';

/** `taskweave show RUN --cluster`: the result of a run, or how far it is. */
export async function showClusterRun(
  run: string,
  options: ClusterOptions & { json?: boolean },
): Promise<void> {
  const found = await withCluster(options, (search) => callUnary(search, 'getRun', { run }));
  process.stdout.write(options.json === true ? `${JSON.stringify(asJson(found))}\n` : describeRun(found));
}

function asJson({ summary, specJson, resultJson, folder }: GetRunResponse): object {
  if (resultJson !== undefined) return JSON.parse(resultJson) as object;
  return { ...toJson(summary!), spec: JSON.parse(specJson) as unknown, folder };
}

/** A run for people: its result, or where it stands. */
export function describeRun({ summary, resultJson, planJson, folder }: GetRunResponse): string {
  const told = toJson(summary!);
  if (resultJson !== undefined) {
    const result = JSON.parse(resultJson) as RunResult;
    const drawing = drawResult(result, parseRunPlan(planJson), process.stdout);
    const weights = describeInitialWeights(result.initialWeights);
    return `${drawing}\n${scoreTable(result)}\n${summaryLine(result)}\n${weights}folder ${folder}\n`;
  }
  const mayGoOn = told.state === 'stopped' || told.state === 'failed';
  return [
    `${told.run}: ${describeState(told)}\n`,
    told.trainers.length > 0 ? `trainers: ${told.trainers.join(', ')}\n` : '',
    told.restarts > 0 ? `restarts: ${told.restarts}\n` : '',
    `folder ${folder}\n`,
    mayGoOn ? `Continue with: npx taskweave resume ${told.run}\n` : '',
  ].join('');
}
