import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../../services/search/bin/taskweave.js', import.meta.url));

/** Processes of a search that can be broken. */
export const SERVICES = ['search', 'data-loader', 'supernet-trainer', 'architect', 'evaluator'] as const;

/** Marks all processes of a cluster in their environments, so that those that outlive it are found. */
export const MARK = 'TASKWEAVE_CHAOS';

/** How one start of the command ended. */
export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stderr: string;
}

/** A search, its services in processes of their own, on one machine. Started anew as often as it ends too early. */
export class Cluster {
  /** Where its files are, and what may run full. */
  readonly disk: string;
  readonly mark: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  /** @param args of `taskweave start`, for the first start */
  constructor(disk: string, mark: string, args: readonly string[]) {
    this.disk = disk;
    this.mark = mark;
    this.#args = args;
  }

  /** The folder of the run; empty before there is one. */
  get folder(): string {
    const runs = join(this.disk, 'runs');
    const [run] = listed(runs);
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
    const args = known
      ? ['start', '--processes', '--resume', folder]
      : ['start', '--processes', ...this.#args];
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: this.disk,
      env: { ...process.env, [MARK]: this.mark },
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
    if (this.#child === undefined || pid === undefined || !marked(pid, this.mark)) return false;
    return process.kill(pid, signal);
  }

  #processes(): Record<string, number> {
    const record = read(join(this.folder, 'run.json'));
    return record === ''
      ? {}
      : ((JSON.parse(record) as { processes?: Record<string, number> }).processes ?? {});
  }
}

/** Processes of a cluster that are still there. */
export function processesOf(mark: string): number[] {
  return listed('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => marked(pid, mark));
}

function marked(pid: number, mark: string): boolean {
  return read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${mark}`);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A file's text; nothing where there is no such file, or a process is just ending. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
