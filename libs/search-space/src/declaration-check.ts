import { TaskweaveError } from '@taskweave/common';
import type { NetworkDeclaration, StageDeclaration } from './declaration.js';

function refuse(subject: string, message: string, found: string, expected: string): never {
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message,
    subject,
    found,
    expected,
    action: 'give every task a backbone with the same block structure',
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

/** "2, 2, 3 stages a block" of a network, the form in which papers state a block structure. */
function blockSizes(network: NetworkDeclaration): string {
  const sizes = new Map<number, number>();
  for (const { block } of network.stages) sizes.set(block, (sizes.get(block) ?? 0) + 1);
  return `${network.task} with blocks of [${[...sizes.values()].join(', ')}] stages`;
}

/**
 * Checks that networks can be joined by same-block edges: unique task and stage names, usable sizes, blocks that
 * never go back, and one block structure (number of stages, block of each stage) for all.
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
  const [first, ...others] = networks;
  for (const other of others) {
    const same =
      other.stages.length === first!.stages.length &&
      other.stages.every((stage, i) => stage.block === first!.stages[i]!.block);
    if (!same) {
      refuse(
        `tasks.${other.task}`,
        `the networks of ${first!.task} and ${other.task} have different block structures`,
        blockSizes(other),
        blockSizes(first!),
      );
    }
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
    );
  }
}
