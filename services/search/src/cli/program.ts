import { DEFAULT_PRESET, METHODS, PRESETS } from '@taskweave/spec';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CODE_VERSION } from '../run/code-version.js';
import { addClusterCommands, cluster, clusterOrFolder, tls } from './cluster/commands.js';

const START_EXAMPLES = `
Examples:
  taskweave                                      a search on two overlapping digits
  taskweave --preset multi-mnist-smoke           the same in seconds, to see that everything works
  taskweave --config my-search.yaml --seed 3     your own search
  taskweave --set optimizer.learningRate=0.1 --set data.batchSize=32
  taskweave --baselines single-task,random       a search, and what it is to be compared with
  taskweave --method nddr --seed 2               NDDR-CNN in place of a search
  taskweave --resume digits-20260131-120000      go on where a run stopped
  taskweave --processes --trainers 2
  TASKWEAVE_NATS_URL=nats://127.0.0.1:4222 taskweave --processes --evaluators 2
                                                 messages over a NATS server, work shared out

Presets:
${describePresets()}
`;

const DATA_EXAMPLES = `
Examples:
  taskweave data check --config my-search.yaml --out examples.png
`;

const EXAMPLES = `
Examples:
  taskweave                                      start a search; 'taskweave start --help' has its options
  taskweave runs                                 list the runs
  taskweave show digits-20260131-120000          scores, edges and a drawing of a run
  taskweave evaluate digits-20260131-120000      score the model of a run once more
  taskweave predict digits-20260131-120000 --image photo.png
                                                 draw what its network says of an image of yours
  taskweave data check --config my-search.yaml   what is in your data, and what is wrong with it
  taskweave sweep docs/sweeps/ablation.yaml      a grid of runs, and the table that compares them
  taskweave compare runs/ablation                that table again
  taskweave export digits-20260131-120000 --format onnx     the model as a file for others
  taskweave trace digits-20260131-120000         where the time of its steps went, for ui.perfetto.dev
  taskweave dashboard                            the runs on a live page
  taskweave serve                                a queue of runs; 'taskweave submit' adds to it
`;

const EVALUATE_EXAMPLES = `
Examples:
  taskweave evaluate digits-20260131-120000
  taskweave evaluate --weights imported.safetensors --config mtl-nas-nyuv2-vgg16
  taskweave evaluate --weights imported.safetensors --config mtl-nas-nyuv2-vgg16 \\
    --batch batch.safetensors --gradients alpha --mode train --json
`;

/** One line for each preset, and under it the names of its variants. */
function describePresets(): string {
  return PRESETS.filter(({ name }) => !name.includes('/'))
    .flatMap(({ name, description }) => {
      const variants = PRESETS.filter((other) => other.name.startsWith(`${name}/`));
      const names = variants.map((variant) => variant.name.slice(name.length + 1)).join(', ');
      return [
        `  ${name.padEnd(20)} ${description}`,
        ...(variants.length > 0 ? [`    variants, as ${name}/<variant>: ${names}`] : []),
      ];
    })
    .join('\n');
}

/** A number; whether it is one that makes sense, the spec decides. */
function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}

function toEvaluators(text: string): number {
  const count = Number(text);
  if (text.trim() !== '' && Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw new InvalidArgumentError('It is not an integer from 1 to 64.');
}

function toPort(text: string): number {
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It is not an integer from 0 to 65535.');
}

/** A number of images, or any. */
function toBatch(text: string): number | 'dynamic' {
  if (text === 'dynamic') return text;
  const batch = Number(text);
  if (text.trim() !== '' && Number.isInteger(batch) && batch >= 1 && batch <= 65_536) return batch;
  throw new InvalidArgumentError("It is neither an integer from 1 to 65536 nor 'dynamic'.");
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** For an option without a default: what was given before is undefined at first. */
function collectFiles(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

const output = (): Option =>
  new Option('--output <dir>', 'folder that holds the runs').default('runs').argParser((dir) => {
    if (dir === '') throw new InvalidArgumentError('It is empty.');
    return dir;
  });

const config = (): Option =>
  new Option(
    '--config <file>',
    'YAML file with the search spec, what it leaves out comes from the preset; or the name of a preset',
  );
const preset = (): Option =>
  new Option('--preset <name>', `spec to start from (default: "${DEFAULT_PRESET}")`);
const assignments = (): Option =>
  new Option('--set <path=value>', 'change one field of the spec; may be repeated')
    .argParser(collect)
    .default([] as string[], '');
const device = (): Option => new Option('--device <id>', 'where to compute: cpu, cuda, webgpu or auto');

const trainers = (): Option =>
  new Option(
    '--trainers <n>',
    'how many trainers share the steps, each with a part of every batch',
  ).argParser(toNumber);

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
  addEngineCommands(program);
  addData(program);
  addEvaluate(program);
  addPredict(program);
  addExport(program);
  addTrace(program);
  program
    .command('runs')
    .description('list the runs in a folder, or those of a cluster')
    .addOption(output())
    .addOption(cluster())
    .addOption(tls())
    .addOption(json())
    .action(async (options, self) => (await import('./runs.js')).listRunsOf(clusterOrFolder(options, self)));
  program
    .command('show')
    .description('show the scores, edges and drawing of a run')
    .argument('<run>', 'name of the run, or path of its folder')
    .addOption(output())
    .addOption(cluster())
    .addOption(tls())
    .addOption(json())
    .action(async (run, options, self) =>
      (await import('./show.js')).show(run, clusterOrFolder(options, self)),
    );
  addDashboard(program);
  addClusterCommands(program, { addSpec: addSpecOptions, output, json, toCount: toEvaluators });
  addComparisonCommands(program);
  addCertificates(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

function addDashboard(program: Command): void {
  program
    .command('dashboard')
    .description('show the runs of a folder on a live page')
    .addOption(output())
    .option('--host <host>', 'where to listen; beyond this machine only with a token (default: 127.0.0.1)')
    .option('--port <n>', 'port, or 0 for any (default: the first free one from 7420 on)', toPort)
    .action(async (options) => (await import('./dashboard.js')).dashboard(options));
}

function addPredict(program: Command): void {
  program
    .command('predict')
    .description("draw what a run's network says of images of your own")
    .argument('<run>', 'name of the run, or path of its folder')
    .addOption(
      new Option('--image <file>', 'PNG or JPEG; may be repeated')
        .argParser(collectFiles)
        .makeOptionMandatory(),
    )
    .option('--out <folder>', 'where the pictures go (default: "predictions" in the folder of the run)')
    .addOption(
      new Option('--network <network>', 'the exported model, or the supernet with its soft gates')
        .choices(['discrete', 'soft'] as const)
        .default('discrete' as const),
    )
    .addOption(
      new Option('--device <id>', 'where to compute (default: where the run did)').choices([
        'cpu',
        'cuda',
        'webgpu',
        'auto',
      ] as const),
    )
    .addOption(output())
    .addOption(json())
    .action(async (run, options) => (await import('./predict.js')).predict(run, options));
}

function addTrace(program: Command): void {
  program
    .command('trace')
    .description('write where the time of some steps went, for ui.perfetto.dev or chrome://tracing')
    .argument('<run>', 'name of the run, or path of its folder')
    .option('--steps <a-b>', 'first and last step, counted from 0 (default: the last 100)')
    .option('--out <file>', 'where the trace goes (default: "trace.json" in the folder of the run)')
    .addOption(output())
    .addOption(json())
    .action(async (run, options) => (await import('./trace.js')).trace(run, options));
}

function addCertificates(program: Command): void {
  program
    .command('certificates')
    .description('make a development CA and a certificate for each service, for mutual TLS between them')
    .requiredOption('--out <folder>', 'a new folder for the files')
    .option('--hosts <names>', 'host names and IP addresses of other machines, separated by commas')
    .option('--days <n>', 'days until they expire', toNumber, 30)
    .action(async (options) => (await import('./certificates.js')).makeCertificates(options));
}

/** Commands about many runs. */
function addComparisonCommands(program: Command): void {
  program
    .command('sweep')
    .description(
      'run every combination of a grid with several seeds, and compare them; continues what is there',
    )
    .argument('<file>', 'YAML file with the grid; see docs/sweeps.md')
    .addOption(output())
    .option('--dry-run', 'list the runs and check their specs, and start nothing', false)
    .addOption(json())
    .action(async (file, options) => (await import('./sweep.js')).sweep(file, options));
  program
    .command('compare')
    .description('compare completed runs: mean and standard deviation over seeds')
    .argument('<runs...>', 'names or folders of runs, or of folders that hold runs, such as a sweep')
    .option(
      '--by <field>',
      "group runs by: 'spec' (all but the seed), 'name', or a field of the spec",
      'spec',
    )
    .option('--metric <name...>', "metrics to show, or 'all' (default: the main one of every task)")
    .option(
      '--baseline <label>',
      'group to take differences to (default: single-task networks, or the first)',
    )
    .option('--edges', 'show in how many runs each edge is kept')
    .option('--out <folder>', 'write table.md, table.svg and comparison.json')
    .addOption(output())
    .addOption(json())
    .action(async (runs, options) => (await import('./compare.js')).compare(runs, options));
}

function addExport(program: Command): void {
  program
    .command('export')
    .description('write the discrete network of a run as a file for others, its batch norms folded')
    .argument('<run>', 'name of the run, or path of its folder')
    .addOption(
      new Option('--format <format>', 'which file')
        .choices(['safetensors', 'onnx', 'tfjs'])
        .makeOptionMandatory(),
    )
    .option('--out <path>', 'file, or folder for tfjs (default: in the folder of the run)')
    .addOption(new Option('--network <network>', 'which network').choices(['discrete']).default('discrete'))
    .addOption(
      new Option(
        '--batch <n>',
        'images at a time: a number, or dynamic for any (default: dynamic)',
      ).argParser(toBatch),
    )
    .addOption(output())
    .addOption(json())
    .action(async (run, options) => (await import('./export.js')).exportRun(run, options));
}

/** Commands about what a search costs on this machine. */
function addEngineCommands(program: Command): void {
  program
    .command('engines')
    .description('list the tensor engines and devices of this machine, with their speed')
    .option('--threads <n>', 'threads of the onnx engine', toNumber, 2)
    .addOption(json())
    .action(async (options) => (await import('./engines.js')).listEngines(options));
  program
    .command('profile')
    .description('measure where a step of a search goes: by phase, layer and op')
    .addOption(config())
    .addOption(preset())
    .addOption(assignments())
    .addOption(device())
    .option('--steps <n>', 'steps to measure (default: 5)', toNumber)
    .option('--svg <file>', 'write a flame graph')
    .option('--json <file>', 'write a trace for ui.perfetto.dev')
    .action(async (options) => (await import('./profile.js')).profile(options));
  program
    .command('plan')
    .description('predict size, memory and time of a search without starting it')
    .addOption(config())
    .addOption(preset())
    .addOption(assignments())
    .option('--steps <n>', 'number of search steps', toNumber)
    .addOption(trainers())
    .addOption(json())
    .action(async (options) => (await import('./plan.js')).plan(options));
}

/** Commands about data sets. */
function addData(program: Command): void {
  const data = program
    .command('data')
    .description('look at a data set')
    .copyInheritedSettings(program)
    .addHelpText('after', DATA_EXAMPLES);
  data
    .command('check')
    .description('read every example, and say what is in the data and what is wrong with it')
    .addOption(config())
    .addOption(preset())
    .addOption(assignments())
    .option('--out <file>', 'write a PNG with pictures of some examples and their labels')
    .addOption(json())
    .action(async (options) => (await import('./data-check.js')).dataCheck(options));
}

function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('score the exported model of a run once more, or weights from a file, without training')
    .argument('[run]', 'name of the run, or path of its folder')
    .addOption(
      new Option('--split <split>', 'which examples (default: "test")').choices(['validation', 'test']),
    )
    .addOption(output())
    .option('--weights <file>', 'safetensors file to import by name, in place of a run')
    .addOption(config())
    .addOption(preset())
    .addOption(assignments())
    .addOption(device())
    .option(
      '--batch <file>',
      'safetensors file with one batch: image, label_0, label_1, ... used as they are',
    )
    .addOption(
      new Option('--gradients <what>', 'print gradients of the loss of the batch').choices(['alpha']),
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'batch normalisation by the statistics of the batch (train, without dropout) or the running ones',
      ).choices(['train', 'eval']),
    )
    .addOption(json())
    .addHelpText('after', EVALUATE_EXAMPLES)
    .action(async (run, options) => (await import('./evaluate.js')).evaluate(run, options));
}

/** The options that say what to search. */
function addSpecOptions(command: Command): Command {
  return command
    .addOption(config())
    .addOption(preset())
    .addOption(assignments())
    .option('--seed <n>', 'everything random follows from it', toNumber)
    .option('--steps <n>', 'number of search steps', toNumber)
    .option('--name <name>', 'first part of the name of the run')
    .option('--method <name>', `how the networks are joined: ${METHODS.join(', ')} (default: "search")`)
    .option('--engine <id>', 'tensor engine: onnx, cpu or tensorflow')
    .addOption(device())
    .addOption(trainers())
    .option(
      '--baselines [methods]',
      'also train these, separated by commas, with the same budget (without a value: single-task)',
    );
}

function addStart(program: Command): void {
  addSpecOptions(
    program
      .command('start', { isDefault: true })
      .description('start a search, or continue one (the default command)'),
  )
    .addOption(output())
    .option('--resume <run>', 'continue a run: its name, or the path of its folder')
    .option('--processes', 'run every service in a process of its own', false)
    .addOption(
      new Option('--evaluators <n>', 'how many evaluators share the checkpoints to be scored')
        .default(1)
        .argParser(toEvaluators),
    )
    .option('--tls <folder>', "mutual TLS with the files of 'taskweave certificates'")
    .option('--dashboard', 'show the run on a live page (the default, except with --json)')
    .option('--no-dashboard', 'without the live page')
    .addOption(json())
    .addHelpText('after', START_EXAMPLES)
    .action(async (options) => (await import('./start.js')).start(options));
}
