import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { listRuns, type RunFolder } from '@taskweave/runs';
import { TaskweaveError } from '@taskweave/common';

const COMMAND = resolve(import.meta.dirname, '../../../services/search/bin/taskweave.js');

/** Networks so small that a step takes milliseconds, and everything else as in any search. */
const configOf = (steps: number): string => `
name: soak
steps: ${steps}
data:
  set: planted
  batchSize: 4
  options: { partners: [1, 0], size: 8, trainSize: 400, validationSize: 20, testSize: 20 }
tasks:
  - { id: channel-0, backbone: { id: vgg-mini, inputChannels: [0], options: { channels: [[4], [4]], hidden: 8 } } }
  - { id: channel-1, backbone: { id: vgg-mini, inputChannels: [1], options: { channels: [[4], [4]], hidden: 8 } } }
engine: { threads: 1 }
checkpoint: { every: 1000, keep: 2 }
evaluation: { every: 5000 }
`;

/** A search in processes of its own, in a folder that goes with it. */
export class SoakedSearch {
  readonly #root: string;
  readonly #child: ChildProcess;
  /** How it ended. */
  readonly ended: Promise<number | null>;
  #output = '';
  #page: string | undefined;

  private constructor(root: string, child: ChildProcess) {
    this.#root = root;
    this.#child = child;
    child.stderr!.on(
      'data',
      (text: Buffer) => (this.#output = (this.#output + text.toString()).slice(-20_000)),
    );
    this.ended = new Promise((resolve) => child.once('exit', resolve));
  }

  static async start(steps: number): Promise<SoakedSearch> {
    const root = await mkdtemp(join(tmpdir(), 'taskweave-soak-'));
    const config = join(root, 'soak.yaml');
    await writeFile(config, configOf(steps));
    const args = [COMMAND, 'start', '--config', config, '--processes', '--output', join(root, 'runs')];
    const env = { ...process.env, OTEL_METRICS_EXPORTER: 'prometheus' };
    return new SoakedSearch(
      root,
      spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], env }),
    );
  }

  /** What it has printed last. */
  get output(): string {
    return this.#output;
  }

  /** Its run, once there is one. */
  get run(): RunFolder | undefined {
    return listRuns(join(this.#root, 'runs'))[0];
  }

  /** The page that it serves, if it has said so. */
  get page(): string | undefined {
    return (this.#page ??= /^dashboard (http\S+)/m.exec(this.#output)?.[1]);
  }

  /** Resident bytes of the search and its services. */
  memory(): Record<string, number> {
    const services = this.run?.readRecord().processes ?? {};
    const all = Object.entries({ search: this.#child.pid!, ...services });
    return Object.fromEntries(
      all.flatMap(([name, pid]) => [residentBytes(pid)].flatMap((b) => (b > 0 ? [[name, b]] : []))),
    );
  }

  /** Ends it if it has not ended, and removes its files. */
  async remove(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.ended;
    await rm(this.#root, { recursive: true, force: true });
  }
}

/** 0 for a process that is gone. */
function residentBytes(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch (cause) {
    if (process.platform === 'linux') return 0;
    throw new TaskweaveError(
      {
        code: 'INTERNAL',
        message: 'Memory of processes can be read on Linux only.',
        found: process.platform,
      },
      { cause },
    );
  }
}
