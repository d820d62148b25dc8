import { writeCertificates } from '@taskweave/certificates';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEPLOY, ROOT } from '../deploy-folder.js';
import { environmentOf } from '../kubernetes/environment.js';
import type { KubernetesObject } from '../kubernetes/render.js';
import { workloadsOf, type Workload } from '../kubernetes/workloads.js';
import { freePort } from './free-port.js';

/** A pod of ours as a process. */
interface Running {
  readonly workload: Workload;
  readonly child: ChildProcess;
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly log: () => string;
}

/**
 * The processes of an overlay on this machine: a real NATS server with `deploy/nats/nats.conf`, and every service with the arguments and the
 * environment that its pod would have. What a pod has of its own is put in place of it here: ports, folders, and `localhost` for
 * names that only a cluster knows.
 */
export class ConfiguredCluster {
  readonly #folder: string;
  readonly #nats: ChildProcess;
  readonly #running: readonly Running[];

  private constructor(folder: string, nats: ChildProcess, running: readonly Running[]) {
    this.#folder = folder;
    this.#nats = nats;
    this.#running = running;
  }

  static async start(objects: readonly KubernetesObject[]): Promise<ConfiguredCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'taskweave-configured-'));
    await writeCertificates(join(folder, 'certificates'));
    const natsPort = await freePort();
    const nats = await startNats(folder, natsPort);
    const running: Running[] = [];
    for (const workload of workloadsOf(objects)) {
      if (workload.pod.containers[0]!.image?.startsWith('taskweave') !== true) continue;
      running.push(await startService(workload, environmentOf(workload, objects), folder, natsPort));
    }
    return new ConfiguredCluster(folder, nats, running);
  }

  /** Calls the start probe of every pod until all succeed. @throws Error with the log of one that has ended */
  async probe(): Promise<void> {
    const run = promisify(execFile);
    const probe = async ({ workload, environment, child, log }: Running): Promise<void> => {
      const [program, ...args] = workload.pod.containers[0]!.startupProbe!.exec!.command!;
      const env = { ...process.env, ...environment };
      // A probe takes a third of a second of a core; there are only so many here.
      while (!/listening on|coordinator at/.test(log()) && child.exitCode === null) await pause(100);
      for (;;) {
        const isWell = await run(program!, args, { cwd: ROOT, env }).then(
          () => true,
          () => false,
        );
        if (isWell) return;
        if (child.exitCode !== null) throw new Error(`${workload.name} has ended: ${log()}`);
      }
    };
    await Promise.all(this.#running.map(probe));
  }

  /** Runs a command of `taskweave` as somebody with a certificate and a forwarded port. @returns its output */
  async taskweave(...args: string[]): Promise<string> {
    const { port } = this.#running.find(({ workload }) => workload.name === 'search')!;
    const bin = join(ROOT, 'services/search/bin/taskweave.js');
    const whole = [
      bin,
      ...args,
      '--cluster',
      `localhost:${port}`,
      '--tls',
      join(this.#folder, 'certificates'),
    ];
    return (await promisify(execFile)(process.execPath, whole, { cwd: this.#folder })).stdout;
  }

  /** What all have written, for a test that fails. */
  get log(): string {
    return this.#running.map(({ workload, log }) => `${workload.name}: ${log()}`).join('\n');
  }

  async stop(): Promise<void> {
    for (const child of [...this.#running.map((one) => one.child), this.#nats]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A folder as a secret of one holder is mounted. */
function tlsFolder(folder: string, holder: string): string {
  const tls = join(folder, `tls-${holder}`);
  mkdirSync(tls);
  for (const [from, to] of [
    ['ca', 'ca.crt'],
    [holder, 'tls.crt'],
    [`${holder}-key`, 'tls.key'],
  ]) {
    copyFileSync(join(folder, 'certificates', `${from}.pem`), join(tls, to!));
  }
  return tls;
}

async function startNats(folder: string, port: number): Promise<ChildProcess> {
  const monitoring = await freePort();
  const config = readFileSync(`${DEPLOY}/nats/nats.conf`, 'utf8')
    .replace('0.0.0.0:4222', `127.0.0.1:${port}`)
    .replace('0.0.0.0:8222', `127.0.0.1:${monitoring}`)
    .replaceAll('/etc/nats/tls', tlsFolder(folder, 'nats'))
    .replace('"/data"', `"${join(folder, 'nats')}"`);
  writeFileSync(join(folder, 'nats.conf'), config);
  // Debian puts it where the PATH of ordinary users may not lead.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin` };
  const nats = spawn('nats-server', ['--config', join(folder, 'nats.conf')], { stdio: 'ignore', env });
  endWithUs(nats);
  let failure: Error | undefined;
  nats.once('error', (error) => (failure = error));
  // As the probes of its pod do.
  const isWell = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${monitoring}/healthz?js-server-only=true`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isWell())) {
    await pause(50);
    if (failure !== undefined || nats.exitCode !== null)
      throw new Error(`nats-server has ended: ${String(failure)}`);
  }
  return nats;
}

async function startService(
  workload: Workload,
  configured: Readonly<Record<string, string>>,
  folder: string,
  natsPort: number,
): Promise<Running> {
  const port = await freePort();
  const runs = join(folder, 'runs');
  const local = (text: string): string =>
    text
      .replaceAll('/etc/taskweave/tls', tls)
      .replaceAll('nats:4222', `localhost:${natsPort}`)
      .replace(/^\/runs$/, runs)
      .replace(/^\/data$/, folder)
      .replace(':7400', `:${port}`);
  const tls = tlsFolder(folder, workload.name);
  const environment = {
    ...Object.fromEntries(Object.entries(configured).map(([name, value]) => [name, local(value)])),
    OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()),
    // Only a cluster knows the names of pods.
    ...(configured['TASKWEAVE_ADVERTISE'] !== undefined && { TASKWEAVE_ADVERTISE: 'localhost' }),
  };
  const args = workload.pod.containers[0]!.args!.map(local);
  const env = { ...process.env, ...environment };
  const child = spawn('node', args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  endWithUs(child);
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return { workload, child, environment, port, log: () => log };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function endWithUs(child: ChildProcess): void {
  const orphan = (): void => void child.kill('SIGKILL');
  process.once('exit', orphan);
  child.once('exit', () => process.removeListener('exit', orphan));
}
