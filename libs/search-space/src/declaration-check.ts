import { TaskweaveError } from '@taskweave/common';
import type { NetworkDeclaration, StageDeclaration } from './declaration.js';

const SAME_STRUCTURE = 'give every task a backbone with the same block structure';

function refuse(
  subject: string,
  message: string,
  found: string,
  expected: string,
  action = SAME_STRUCTURE,
): never {
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message,
    subject,
    found,
    expected,
    action,
  });
}

function checkUnique(subject: string, what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    refuse(subject, `two ${what} have the same name`, twice, `${what} with unique names`);
}

function checkStage(subject: string, stage: StageDeclaration, previousBlock: number): void {
  for (const key of ['channels', 'height', 'width'] as const) {
    if (!Number.isInteger(stage[key]) || stage[key] < 1) {
      refuse(
        `${subject}.${key}`,
        `stage ${stage.name} has no usable ${key}`,
        `${stage[key]}`,
        'an integer >= 1',
      );
    }
  }
  if (!Number.isInteger(stage.block) || stage.block < previousBlock) {
    refuse(
      `${subject}.block`,
      `stage ${stage.name} goes back to an earlier block`,
      `${stage.block}`,
      `an integer >= ${previousBlock}`,
    );
  }
}

/**
 * Checks that networks can be joined: unique task and stage names, usable sizes, blocks that never go back.
 *
 * @throws TaskweaveError `CONFIG_INVALID` naming the tasks and stages concerned
 */
export function checkNetworks(networks: readonly NetworkDeclaration[]): void {
  checkUnique(
    'tasks',
    'tasks',
    networks.map(({ task }) => task),
  );
  for (const { task, stages } of networks) {
    checkUnique(
      `tasks.${task}`,
      'stages',
      stages.map(({ name }) => name),
    );
    stages.forEach((stage, i) => checkStage(`tasks.${task}.stages[${i}]`, stage, stages[i - 1]?.block ?? 0));
  }
}

/**
 * Checks that features can travel from one stage to another without resizing.
 *
 * @throws TaskweaveError `CONFIG_INVALID` naming both stages
 */
export function checkSameShape(
  source: { task: string; stage: StageDeclaration },
  target: { task: string; stage: StageDeclaration },
): void {
  const shape = ({ task, stage }: typeof source) =>
    `${task}/${stage.name} ${stage.channels}x${stage.height}x${stage.width}`;
  const equal =
    source.stage.channels === target.stage.channels &&
    source.stage.height === target.stage.height &&
    source.stage.width === target.stage.width;
  if (!equal) {
    refuse(
      `tasks.${source.task}`,
      `stages ${source.stage.name} of ${source.task} and ${target.stage.name} of ${target.task} differ in shape`,
      shape(source),
      `${shape(target)} (channels x height x width)`,
      `${SAME_STRUCTURE}, or set space.rule to cross-block, which resizes`,
    );
  }
}
