import { baselineKey, listPictures, type RunFolder, type RunResult } from '@taskweave/runs';
import { BASELINE_METHODS, formatSpecYaml } from '@taskweave/spec';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiFile, ApiSystem, RunDetails } from '../api/types.js';
import { DOWNLOADS } from './downloads.js';
import type { RunFiles } from './run-files.js';
import { shownEdges } from './shown-edges.js';
import { shownScores, unitsOf } from './shown-scores.js';
import { resultOf, summaryOf } from './summaries.js';

/** @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED` */
export async function detailsOf(files: RunFiles): Promise<RunDetails> {
  const { folder, record, tables } = files;
  const summary = await summaryOf(files.name, folder);
  const result = summary.phase === 'completed' ? resultOf(folder) : undefined;
  const { spec, networks } = record.plan;
  const metrics = tables.evaluations.names.flatMap((name) =>
    name.startsWith('score/') ? [name.split('/')[3]!] : [],
  );
  const { id, device, threads } = spec.engine;
  return {
    ...summary,
    codeVersion: record.codeVersion,
    engine: `${id} (${device}, ${threads} threads)`,
    config: formatSpecYaml(spec),
    networks,
    edges: shownEdges(record, result),
    units: await unitsOf(metrics),
    systems: result === undefined ? [] : await systemsOf(result),
    files: filesOf(folder),
    pictures: listPictures(folder.pictures),
  };
}

async function systemsOf({ test, cost }: RunResult): Promise<ApiSystem[]> {
  const keys = [
    ['soft supernet', 'soft', 'supernet'],
    ['discrete network', 'discrete', 'discrete'],
    ...BASELINE_METHODS.map((method) => [method, baselineKey(method), baselineKey(method)] as const),
  ] as const;
  const systems = keys.map(async ([name, scored, priced]) => {
    const scores = test[scored];
    return scores === undefined ? [] : [{ name, scores: await shownScores(scores), ...cost[priced] }];
  });
  return (await Promise.all(systems)).flat();
}

function filesOf({ path }: RunFolder): ApiFile[] {
  return Object.keys(DOWNLOADS).flatMap((name) => {
    try {
      const file = statSync(join(path, name));
      return file.isFile() ? [{ name, bytes: file.size }] : [];
    } catch {
      return [];
    }
  });
}
