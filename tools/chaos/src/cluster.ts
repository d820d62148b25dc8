import type { NatsServer } from '@taskweave/messaging/testing/nats-server';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstArguments, type ClusterShape } from './cluster-shape.js';
import { LAB_PORT } from './inside/lab-messages.js';
import type { Network } from './network/network.js';
import { isMarked, MARK } from './process-marks.js';

const COMMAND = fileURLToPath(new URL('../../../services/search/bin/taskweave.js', import.meta.url));
// The built one, also where this is a source file under test.
const INSIDE = new URL('../dist/inside/main.js', import.meta.url).href;

/** Processes of a search that can be broken. */
export const SERVICES = ['search', 'data-loader', 'supernet-trainer', 'architect', 'evaluator'] as const;

/** A trainer that only some clusters have. */
export const SECOND_TRAINER = 'supernet-trainer-2';

/** What {@link Network} calls the NATS server. */
export const NATS = 'nats';

/** How one start of the command ended. */
export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stderr: string;
}

export interface ClusterParts {
  /** Where its files are, and what may run full. */
  readonly disk: string;
  /** See {@link MARK}. */
  readonly mark: string;
  /** Arguments of `taskweave start`, for the first start. */
  readonly args: readonly string[];
  readonly shape: ClusterShape;
  /** What its connections go through. */
  readonly network: Network;
  /** The server that its messages go over, if its shape has one. */
  readonly nats?: NatsServer;
}

/** A search, its services in processes of their own, on one machine. Started anew as often as it ends too early. */
export class Cluster {
  readonly disk: string;
  readonly mark: string;
  readonly network: Network;
  readonly nats: NatsServer | undefined;
  readonly #args: readonly string[];
  readonly #shape: ClusterShape;
  #child: ChildProcess | undefined;

  constructor({ disk, mark, args, shape, network, nats }: ClusterParts) {
    this.disk = disk;
    this.mark = mark;
    this.network = network;
    this.nats = nats;
    this.#args = args;
    this.#shape = shape;
  }

  /** The folder of the run; empty before there is one. */
  get folder(): string {
    const runs = join(this.disk, 'runs');
    // A search that was killed before it had a record is not gone on with, but leaves a folder.
    const all = listed(runs).sort();
    const run = all.findLast((name) => read(join(runs, name, 'run.json')) !== '') ?? all.at(-1);
    return run === undefined ? '' : join(runs, run);
  }

  /** Steps in the run's history, of this start and those before. */
  get steps(): number {
    return read(join(this.folder, 'history.jsonl')).split('"kind":"step"').length - 1;
  }

  /** Starts the search, or goes on with it where there is something to go on from; resolves when it has ended. */
  async run(): Promise<Ended> {
    const { folder } = this;
    const known = folder !== '' && read(join(folder, 'run.json')) !== '';
    const first = [...this.#args, ...firstArguments(this.#shape)];
    const args = ['start', '--processes', ...(known ? ['--resume', folder] : first)];
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: this.disk,
      env: this.#environment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    this.#child = undefined;
    return { code: code ?? signal ?? '', stderr };
  }

  /** Sends a signal to a service, or to the search itself; false when it does not run. */
  signal(service: string, signal: NodeJS.Signals): boolean {
    const pid = service === 'search' ? this.#child?.pid : this.#processes()[service];
    if (this.#child === undefined || pid === undefined || !isMarked(pid, this.mark)) return false;
    return process.kill(pid, signal);
  }

  /** Name of a process, `evaluator-2` for the second of a kind; undefined when it is not recorded (yet). */
  nameOf(pid: number): string | undefined {
    if (pid === this.#child?.pid) return 'search';
    return Object.entries(this.#processes()).find(([, known]) => known === pid)?.[0];
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      NODE_OPTIONS: `--import=${INSIDE}`,
      [LAB_PORT]: String(this.network.port),
      [MARK]: this.mark,
      // Empty is none, whatever the environment of the laboratory says.
      TASKWEAVE_NATS_URL: this.nats?.url ?? '',
    };
  }

  #processes(): Record<string, number> {
    const record = read(join(this.folder, 'run.json'));
    return record === ''
      ? {}
      : ((JSON.parse(record) as { processes?: Record<string, number> }).processes ?? {});
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A file's text; nothing where there is no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
