import { TaskweaveError } from '@taskweave/common';
import type { NetworkDeclaration } from '@taskweave/search-space';
import type { RunSpec } from '@taskweave/spec';

/**
 * The stretches of the forward pass that `engine.recompute` chooses, by the scopes of their operations: each network's
 * stages, every one with its fusion node, so that their outputs are all that is kept of them.
 *
 * @throws TaskweaveError CONFIG_INVALID for a stage that no network has
 */
export function recomputedSegments(
  networks: readonly NetworkDeclaration[],
  choice: RunSpec['engine']['recompute'],
): string[][] {
  if (choice === 'none') return [];
  const stageNames = new Set(networks.flatMap(({ stages }) => stages.map(({ name }) => name)));
  const chosen = choice === 'all' ? stageNames : new Set(choice);
  for (const name of chosen) if (!stageNames.has(name)) throw noSuchStage(name, stageNames);
  return networks.flatMap(({ task, stages }) =>
    stages
      .filter(({ name }) => chosen.has(name))
      .map(({ name }) => [`${task}/${name}`, `${task}/fusion/${name}`]),
  );
}

function noSuchStage(found: string, stages: ReadonlySet<string>): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'No network has this stage.',
    subject: 'engine.recompute',
    found,
    expected: `'none', 'all' or names of stages: ${[...stages].join(', ')}`,
  });
}
