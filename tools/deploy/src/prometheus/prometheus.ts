import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../live/free-port.js';
import type { RuleFile } from './rule-file.js';

const START_WITHIN_MS = 20_000;

export interface Target {
  /** `host:port` that has `/metrics`. */
  readonly address: string;
  /** The kind of service, which in a cluster is the name that it was found by. */
  readonly service: string;
}

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and a number as text. */
  readonly values: readonly (readonly [number, string])[];
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** A real Prometheus on a free loopback port, which asks twice a second. */
export class Prometheus {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.#url = url;
  }

  /**
   * @throws Error when prometheus is not installed, or refuses the configuration
   */
  static async start(targets: readonly Target[], rules: RuleFile): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'taskweave-prometheus-'));
    const config = {
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
      rule_files: ['rules.yml'],
      scrape_configs: [
        {
          job_name: 'taskweave',
          static_configs: targets.map(({ address, service }) => ({
            targets: [address],
            labels: { service },
          })),
        },
      ],
    };
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
    writeFileSync(join(folder, 'rules.yml'), stringify(rules));
    const address = `127.0.0.1:${await freePort()}`;
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ];
    const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const orphan = (): void => void child.kill('SIGKILL');
    process.once('exit', orphan);
    child.once('exit', () => process.removeListener('exit', orphan));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    let failure: string | undefined;
    child.once(
      'error',
      (error) => (failure = `prometheus is not installed: apt-get install prometheus (${error.message})`),
    );
    const prometheus = new Prometheus(child, folder, `http://${address}`);
    const deadline = performance.now() + START_WITHIN_MS;
    while (!(await prometheus.#isReady())) {
      if (failure !== undefined) throw new Error(failure);
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`prometheus did not start: ${log}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return prometheus;
  }

  /** What an expression gave in the last `seconds`, by series; a value of now for 0. @throws Error for one that is none */
  async query(expr: string, seconds = 0): Promise<Series[]> {
    const end = Date.now() / 1000;
    const range = { query: expr, start: String(end - seconds), end: String(end), step: '1' };
    const path = seconds === 0 ? 'query' : 'query_range';
    const parameters = new URLSearchParams(seconds === 0 ? { query: expr } : range);
    const { result } = await this.#get<{
      result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
    }>(`${path}?${parameters}`);
    return result.map(({ metric, value, values }) => ({ metric, values: values ?? [value!] }));
  }

  /** Of all alerts, those that wait or fire now. */
  async alerts(): Promise<FiringAlert[]> {
    return (await this.#get<{ alerts: FiringAlert[] }>('alerts')).alerts;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; data: T; error?: string };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error ?? response.status}`);
    return body.data;
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
