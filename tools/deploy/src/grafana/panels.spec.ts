import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEPLOY } from '../deploy-folder.js';
import { dashboardFiles, panelQueries, readDashboard } from './panels.js';

const provisioning = <T>(path: string): T =>
  parse(readFileSync(`${DEPLOY}/grafana/provisioning/${path}`, 'utf8')) as T;

it('replaces variables and the interval of rates', () => {
  const run = readDashboard('run.json');
  const [steps] = panelQueries(run, '15s').filter(({ name }) => name.includes('Steps a second'));
  expect(steps).toEqual({
    name: 'Run overview / Steps a second / 1',
    expr: 'sum by (taskweave_run) (rate(taskweave_steps_total{taskweave_run=~".+"}[15s]))',
    instant: false,
  });
});

it('is put into the cluster file by file', () => {
  const { configMapGenerator } = parse(readFileSync(`${DEPLOY}/grafana/kustomization.yaml`, 'utf8')) as {
    configMapGenerator: { name: string; files: string[] }[];
  };
  const { files } = configMapGenerator.find(({ name }) => name === 'grafana-dashboards')!;
  expect(files.map((file) => file.replace('dashboards/', '')).sort()).toEqual(dashboardFiles());
});

describe.each(dashboardFiles())('%s', (file) => {
  const dashboard = readDashboard(file);
  const { datasources } = provisioning<{ datasources: { uid: string }[] }>('datasources/prometheus.yaml');

  it('asks the data source that there is, and leaves no variable as it is', () => {
    const used = dashboard.panels.flatMap(({ targets = [] }) =>
      targets.map(({ datasource }) => datasource.uid),
    );
    expect(used.length).toBeGreaterThan(5);
    expect([...new Set(used)]).toEqual(datasources.map(({ uid }) => uid));
    expect(panelQueries(dashboard, '1m').filter(({ expr }) => expr.includes('$'))).toEqual([]);
  });

  it('has panels that do not overlap, with names', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(title).not.toBe('');
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x).toBeLessThan(24);
          expect(taken).not.toContain(`${x} ${y}`);
          taken.add(`${x} ${y}`);
        }
      }
    }
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
