import { DockerfileParser, type From, type Instruction } from 'dockerfile-ast';

/** One stage of a Dockerfile. */
interface Stage {
  readonly name: string | undefined;
  /** With variables replaced by their defaults. */
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

const PINNED = /^[^:@]+:v?\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/;

/** The stages of a Dockerfile, the last of which becomes the image. */
function stagesOf(text: string): Stage[] {
  const file = DockerfileParser.parse(text);
  const defaults = new Map(
    file.getInitialARGs().map((argument) => {
      const property = argument.getProperty();
      return [property?.getName() ?? '', property?.getValue() ?? ''];
    }),
  );
  const stages: { name: string | undefined; image: string; instructions: Instruction[] }[] = [];
  for (const instruction of file.getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From;
      const image = (from.getImage() ?? '').replace(
        /\$\{(\w+)\}/g,
        (_, name: string) => defaults.get(name) ?? '',
      );
      stages.push({ name: from.getBuildStage() ?? undefined, image, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

const argumentsOf = (instruction: Instruction): string => instruction.getRawArgumentsContent() ?? '';

/** Whether a command is a list of words, which are run without a shell. */
function isList(instruction: Instruction | undefined): boolean {
  return instruction !== undefined && /^\s*\[/.test(argumentsOf(instruction).replace(/^.*?CMD\s+/s, ''));
}

/** Which rules of images a Dockerfile breaks: who it runs as, what is in it, and whether it is the same when built again. */
export function brokenDockerfileRules(text: string): string[] {
  const stages = stagesOf(text);
  const image = stages.at(-1);
  if (image === undefined) return ['has a stage'];
  const all = stages.flatMap(({ instructions }) => instructions);
  const named = (list: readonly Instruction[], keyword: string): Instruction[] =>
    list.filter((instruction) => instruction.getKeyword() === keyword);
  const last = (keyword: string): Instruction | undefined => named(image.instructions, keyword).at(-1);
  const runs = named(all, 'RUN').map(argumentsOf);
  const names = stages.map(({ name }) => name);
  const user = last('USER');
  const rules: [string, boolean][] = [
    [
      'starts from pinned images',
      stages.every((stage) => names.includes(stage.image) || PINNED.test(stage.image)),
    ],
    [
      'runs as a number that is not 0',
      /^[1-9]\d*:[1-9]\d*$/.test(user === undefined ? '' : argumentsOf(user)),
    ],
    [
      'ends as that user',
      user !== undefined && user.getRange().start.line > Math.max(-1, ...lines(image, 'COPY')),
    ],
    ['runs nothing in the stage that becomes the image', named(image.instructions, 'RUN').length === 0],
    [
      'needs no shell to start',
      isList(last('ENTRYPOINT')) && isList(last('CMD')) && isList(last('HEALTHCHECK')),
    ],
    ['adds nothing from elsewhere', named(all, 'ADD').length === 0],
    [
      'takes nothing that changes from day to day',
      !runs.some((run) => /\b(apt-get|apk|curl|wget)\b/.test(run)),
    ],
    ['installs what the lock file says', !runs.some((run) => /npm install(?! --global "?npm@\$)/.test(run))],
    [
      'sets the times of its files',
      runs.some((run) => run.includes('touch') && run.includes('${SOURCE_DATE_EPOCH}')),
    ],
    [
      'copies from stages that there are',
      named(all, 'COPY').every((copy) => {
        const from = /--from=(\S+)/.exec(copy.getTextContent())?.[1];
        return from === undefined || names.includes(from);
      }),
    ],
    [
      'holds no secret',
      !all.some(
        (one) => ['ARG', 'ENV'].includes(one.getKeyword()) && /TOKEN|SECRET|PASSWORD/.test(argumentsOf(one)),
      ),
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

function lines({ instructions }: Stage, keyword: string): number[] {
  return instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getRange().start.line);
}

/** The projects of the workspace that an image is made of, with what they need. */
export function installedProjects(text: string): string[] {
  return [...text.matchAll(/--workspace=(\S+)/g)].map(([, name]) => name!).sort();
}
