/** A cluster as a user starts one: every process by itself, over a NATS server. */
import { RunState, type RunSummary } from '@taskweave/contracts';
import { callUnary } from '@taskweave/service-kit';
import type { RunSpec } from '@taskweave/spec';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { withAddresses, type SearchConnection } from '../cli/cluster/connect-cluster.js';
import { cli, type Outcome } from './cli.js';

/** A program that says on its output where it listens. */
export interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  /** What it has written so far. */
  readonly log: () => string;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
  /** Asks it to end. @returns its exit code */
  stop(): Promise<number | null>;
}

export type Environment = Readonly<Record<string, string>>;

/** Starts a service, or with arguments the command line, in a process of its own. */
export async function startProgram(
  service: string,
  cwd: string,
  environment: Environment,
  ...args: string[]
): Promise<Started> {
  const main = fileURLToPath(new URL(`../../../${service}/dist/main.js`, import.meta.url));
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [main, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const address = new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      log += chunk.toString();
      const said = /(?:listening on|coordinator at) (\S+?:\d+)/.exec(log)?.[1];
      if (said !== undefined) resolve(said);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', () => reject(new Error(`${service} has ended: ${log}`)));
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  };
  return {
    child,
    address: await address,
    log: () => log,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

/** Somebody who uses a cluster. Asks over gRPC, as a command line takes a second to start. */
export class ClusterUser {
  readonly #addresses: readonly string[];

  /** @param addresses of its coordinators; the one that leads is asked */
  constructor(...addresses: string[]) {
    this.#addresses = addresses;
  }

  /** A command with this cluster in its environment. */
  cli(cwd: string, ...args: string[]): Promise<Outcome> {
    return cli(args, cwd, { TASKWEAVE_CLUSTER: this.#addresses.join() });
  }

  async submit(spec: RunSpec): Promise<{ run: string; folder: string; summary: RunSummary }> {
    const request = { specJson: JSON.stringify(spec), baselines: [] };
    const { summary, folder } = await this.ask((search) => callUnary(search, 'submitRun', request));
    return { run: summary!.run, folder, summary: summary! };
  }

  async run(run: string): Promise<RunSummary> {
    return (await this.ask((search) => callUnary(search, 'getRun', { run }))).summary!;
  }

  /** The run when it is as wanted; while no coordinator leads, it is asked again. */
  async until(name: string, condition: (run: RunSummary) => boolean): Promise<RunSummary> {
    for (;;) {
      const run = await this.run(name).catch(() => undefined);
      if (run !== undefined && condition(run)) return run;
      if (run?.state === RunState.FAILED) throw new Error(`${name} has failed: ${run.reason}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  completed(name: string): Promise<RunSummary> {
    return this.until(name, ({ state }) => state === RunState.COMPLETED);
  }

  ask<T>(use: (search: SearchConnection) => Promise<T>): Promise<T> {
    return withAddresses(this.#addresses, {}, use);
  }
}
