import { DEFAULT_PRESET, PRESETS } from '@taskweave/spec';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CODE_VERSION } from '../run/code-version.js';

const START_EXAMPLES = `
Examples:
  taskweave                                      a search on two overlapping digits
  taskweave --preset multi-mnist-smoke           the same in seconds, to see that everything works
  taskweave --config my-search.yaml --seed 3     your own search
  taskweave --set optimizer.learningRate=0.1 --set data.batchSize=32
  taskweave --resume digits-20260131-120000      go on where a run stopped

Presets:
${PRESETS.map(({ name, description }) => `  ${name.padEnd(20)} ${description}`).join('\n')}
`;

const EXAMPLES = `
Examples:
  taskweave                                      start a search; 'taskweave start --help' has its options
  taskweave runs                                 list the runs
  taskweave show digits-20260131-120000          scores, edges and a drawing of a run
  taskweave evaluate digits-20260131-120000      score the model of a run once more
`;

/** A number; whether it is one that makes sense, the spec decides. */
function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

const output = (): Option =>
  new Option('--output <dir>', 'folder that holds the runs').default('runs').argParser((dir) => {
    if (dir === '') throw new InvalidArgumentError('It is empty.');
    return dir;
  });

const json = (): Option => new Option('--json', 'print JSON and no progress');

/** The command line. A command's code is loaded when it is called, so that `--help` is quick. */
export function createProgram(): Command {
  const program = new Command('taskweave')
    .description('Finds which features the networks of several vision tasks should share.')
    .version(CODE_VERSION)
    .helpCommand(true)
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addStart(program);
  program
    .command('evaluate')
    .description('score the exported model of a run once more')
    .argument('<run>', 'name of the run, or path of its folder')
    .addOption(
      new Option('--split <split>', 'which examples').choices(['validation', 'test']).default('test'),
    )
    .addOption(output())
    .addOption(json())
    .action(async (run, options) => (await import('./evaluate.js')).evaluateRun(run, options));
  program
    .command('runs')
    .description('list the runs')
    .addOption(output())
    .addOption(json())
    .action(async (options) => (await import('./runs.js')).listAllRuns(options));
  program
    .command('show')
    .description('show the scores, edges and drawing of a run')
    .argument('<run>', 'name of the run, or path of its folder')
    .addOption(output())
    .addOption(json())
    .action(async (run, options) => (await import('./show.js')).showRun(run, options));
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

function addStart(program: Command): void {
  program
    .command('start', { isDefault: true })
    .description('start a search, or continue one (the default command)')
    .option('--config <file>', 'YAML file with the search spec; what it leaves out comes from the preset')
    .option('--preset <name>', `spec to start from (default: "${DEFAULT_PRESET}")`)
    .option('--set <path=value>', 'change one field of the spec; may be repeated', collect, [])
    .option('--seed <n>', 'everything random follows from it', toNumber)
    .option('--steps <n>', 'number of search steps', toNumber)
    .option('--name <name>', 'first part of the name of the run')
    .option('--engine <id>', 'tensor engine: onnx, cpu or tensorflow')
    .addOption(output())
    .option('--resume <run>', 'continue a run: its name, or the path of its folder')
    .option('--processes', 'run every service in a process of its own', false)
    .option('--baselines', 'also train single-task networks with the same budget', false)
    .addOption(json())
    .addHelpText('after', START_EXAMPLES)
    .action(async (options) => (await import('./start.js')).start(options));
}
