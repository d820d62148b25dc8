import { Option, type Command } from 'commander';
import { CLUSTER_VARIABLE } from './connect-cluster.js';

const SERVE_EXAMPLES = `
Examples:
  taskweave serve                                one machine: starts the services itself, and takes runs one by one
  taskweave serve --trainers 2                   two runs at a time
  TASKWEAVE_NATS_URL=nats://127.0.0.1:4222 taskweave serve --address 127.0.0.1:7400
                                                 works with all services that were started with the same NATS server
`;

const SUBMIT_EXAMPLES = `
Examples:
  taskweave submit --cluster 127.0.0.1:7400 --config my-search.yaml --seed 3
  taskweave submit --watch                       with the cluster in ${CLUSTER_VARIABLE}, and to its end
`;

/** Where `taskweave serve` listens unless told otherwise. */
const DEFAULT_ADDRESS = '127.0.0.1:7400';

/** What the command line has for several commands. */
export interface SharedOptions {
  /** Adds those that say what to search. */
  readonly addSpec: (command: Command) => Command;
  readonly output: () => Option;
  readonly json: () => Option;
  /** Reads a number of processes. */
  readonly toCount: (text: string) => number;
}

export const cluster = (): Option =>
  new Option('--cluster <addresses>', `coordinator of a cluster, host:port (default: ${CLUSTER_VARIABLE})`);
export const tls = (): Option =>
  new Option('--tls <folder>', "mutual TLS with the files of 'taskweave certificates'");

/** The options of a command that may be about a cluster or about a folder of runs. */
export function clusterOrFolder<Options extends object>(
  options: Options,
  command: Command,
): Options & { outputGiven: boolean } {
  return { ...options, outputGiven: command.getOptionValueSource('output') === 'cli' };
}

/** A cluster, and what one asks of it. */
export function addClusterCommands(
  program: Command,
  { addSpec, output, json, toCount }: SharedOptions,
): void {
  program
    .command('serve')
    .description('coordinate a cluster: a queue of runs, which go on whatever is lost on the way')
    .addOption(output())
    .option('--address <host:port>', 'where to listen', process.env['TASKWEAVE_ADDRESS'] ?? DEFAULT_ADDRESS)
    .option('--local', 'start the services here (the default without TASKWEAVE_NATS_URL)', false)
    .addOption(new Option('--trainers <n>', 'how many trainers to start here').argParser(toCount))
    .addOption(new Option('--evaluators <n>', 'how many evaluators to start here').argParser(toCount))
    .option('--no-dashboard', 'without the live page of the runs')
    .addOption(tls())
    .addHelpText('after', SERVE_EXAMPLES)
    .action(async (options) => (await import('../serve.js')).serveCluster(options));
  program
    .command('health')
    .description('ask one server whether it serves; for probes')
    .argument('[address]', 'host:port (default: where TASKWEAVE_ADDRESS has servers of this machine listen)')
    .option('--timeout <ms>', 'how long to wait for an answer', Number, 5_000)
    .addOption(tls())
    .action(async (address, options) => (await import('../health.js')).health(address, options));
  addSpec(program.command('submit').description('put a search into the queue of a cluster'))
    .option('--watch', 'show how it goes on, until it ends', false)
    .addOption(cluster())
    .addOption(tls())
    .addOption(json())
    .addHelpText('after', SUBMIT_EXAMPLES)
    .action(async (options) => (await import('./submit.js')).submit(options));
  const ofRun = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<run>', 'name of the run')
      .addOption(cluster())
      .addOption(tls())
      .addOption(json());
  ofRun('watch', 'show how a run goes on, until it ends')
    .addOption(output())
    .action(async (run, options, self) =>
      (await import('./watch.js')).watch(run, clusterOrFolder(options, self)),
    );
  ofRun('stop', 'stop a run after its step, with a checkpoint to continue from')
    .addOption(output())
    .action(async (run, options, self) =>
      (await import('./stop.js')).stop(run, clusterOrFolder(options, self)),
    );
  ofRun('resume', 'put a run of a cluster that was stopped or has failed into its queue again').action(
    async (run, options) => (await import('./resume.js')).resume(run, options),
  );
}
