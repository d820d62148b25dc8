import { TaskweaveError, type Json } from '@taskweave/common';

/** What a search needs to go on: JSON, stored in checkpoints. */
export interface SavedSearch {
  /** Id of the strategy that the state belongs to. */
  strategy: string;
  /** The step that comes next. */
  step: number;
  /** The strategy's own state. */
  state: Json;
}

/** @throws TaskweaveError `CHECKPOINT_DAMAGED` if the text is not a saved search of this strategy */
export function parseSavedSearch(json: string, strategy: string): SavedSearch {
  let saved: Partial<SavedSearch> | null;
  try {
    saved = JSON.parse(json) as Partial<SavedSearch> | null;
  } catch {
    throw damaged('a text that is not JSON', strategy);
  }
  const { step, state } = saved ?? {};
  if (saved?.strategy !== strategy) throw damaged(`a state of strategy ${saved?.strategy}`, strategy);
  if (typeof step !== 'number' || !Number.isInteger(step) || step < 0)
    throw damaged(`step ${step}`, strategy);
  if (state === undefined) throw damaged('no state', strategy);
  return { strategy, step, state };
}

/** The error for a saved search that cannot be used. */
export function damaged(found: string, strategy: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CHECKPOINT_DAMAGED',
    message: 'The saved state of the architecture cannot be used.',
    subject: 'state_json',
    found,
    expected: `what GetState returned for a search by ${strategy} in the same space`,
    action: 'Resume from an earlier checkpoint.',
  });
}
