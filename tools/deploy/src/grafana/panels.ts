import { readdirSync, readFileSync } from 'node:fs';
import { DEPLOY } from '../deploy-folder.js';

const FOLDER = `${DEPLOY}/grafana/dashboards`;

export interface Target {
  readonly expr: string;
  readonly datasource: { readonly uid: string };
  readonly instant?: boolean;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly allValue: string;
      readonly query: { readonly query: string };
    }[];
  };
}

export function dashboardFiles(): string[] {
  return readdirSync(FOLDER).sort();
}

export function readDashboard(file: string): Dashboard {
  return JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Dashboard;
}

/** One question that a panel asks, as Prometheus is asked it. */
export interface PanelQuery {
  /** For people: dashboard, panel, and which of its questions. */
  readonly name: string;
  readonly expr: string;
  /** Only the latest value is shown. */
  readonly instant: boolean;
}

/** All questions of a dashboard, with everything chosen in its variables. @param interval what rates are taken over, e.g. `15s` */
export function panelQueries({ title, panels, templating }: Dashboard, interval: string): PanelQuery[] {
  const substitute = (expr: string): string =>
    templating.list
      .reduce((text, { name, allValue }) => text.replaceAll(`$${name}`, allValue), expr)
      .replaceAll('$__rate_interval', interval);
  return panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ expr, instant = false }, index) => ({
      name: `${title} / ${panel.title} / ${index + 1}`,
      expr: substitute(expr),
      instant,
    })),
  );
}
