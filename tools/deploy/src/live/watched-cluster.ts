import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../deploy-folder.js';
import { freePort } from './free-port.js';
import type { Target } from '../prometheus/prometheus.js';

const BIN = join(ROOT, 'services/search/bin/taskweave.js');
/** The coordinator and what it starts: data loader, architect, evaluator and trainers. */
const OTHERS = 4;
const PORTS = 40;

/** A process of the cluster that tells metrics. */
export interface WatchedProcess extends Target {
  readonly pid: number;
}

/** A real cluster on this machine, `taskweave serve`, all of whose processes tell metrics. */
export class WatchedCluster {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #address: string;
  readonly #port: number;

  private constructor(child: ChildProcess, folder: string, address: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.#address = address;
    this.#port = port;
  }

  /** @throws Error when it does not start */
  static async start(trainers: number): Promise<WatchedCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'taskweave-watched-'));
    // With free ones behind it, as far as chance goes.
    const port = Math.min(await freePort(), 65_535 - PORTS);
    const env = {
      ...process.env,
      OTEL_METRICS_EXPORTER: 'prometheus',
      // The others take the next ones that are free.
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    };
    const args = [
      BIN,
      'serve',
      '--local',
      '--no-dashboard',
      '--address',
      '127.0.0.1:0',
      `--trainers=${trainers}`,
    ];
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const orphan = (): void => void child.kill('SIGKILL');
    process.once('exit', orphan);
    child.once('exit', () => process.removeListener('exit', orphan));
    let log = '';
    const address = await new Promise<string>((resolve, reject) => {
      const take = (chunk: Buffer): void => {
        log += chunk.toString();
        const said = /coordinator at (\S+:\d+)/.exec(log)?.[1];
        if (said !== undefined) resolve(said);
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('exit', () => reject(new Error(`the coordinator has ended: ${log}`)));
    });
    const cluster = new WatchedCluster(child, folder, address, port);
    while ((await cluster.processes()).length < OTHERS + trainers) await pause(200);
    return cluster;
  }

  /** @returns the name of the run */
  async submit(...options: string[]): Promise<string> {
    const args = [BIN, 'submit', '--cluster', this.#address, '--json', ...options];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: this.#folder });
    return (JSON.parse(stdout) as { run: string }).run;
  }

  /** Those that answer at present. */
  async processes(): Promise<WatchedProcess[]> {
    const ports = Array.from({ length: PORTS }, (_, index) => this.#port + index);
    const found = await Promise.all(ports.map((port) => ask(`127.0.0.1:${port}`)));
    return found.filter((one) => one !== undefined);
  }

  /** The only process of a kind, or the last one that was started. */
  async pidOf(service: string): Promise<number> {
    const pids = (await this.processes()).filter((one) => one.service === service).map(({ pid }) => pid);
    return Math.max(...pids);
  }

  /** Ends the coordinator as `kill -9` does; what it has started ends by itself. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  async stop(): Promise<void> {
    await this.kill();
    while ((await this.processes()).length > 0) await pause(200);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Who tells metrics at an address, if anybody does. */
async function ask(address: string): Promise<WatchedProcess | undefined> {
  try {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(2_000) });
    const info = /^target_info\{.*service_name="([\w-]+)".*service_instance_id=".*-(\d+)"/m.exec(
      await response.text(),
    );
    return info === null ? undefined : { address, service: info[1]!, pid: Number(info[2]) };
  } catch {
    return undefined;
  }
}
