import { checkBlobPath, isBlobPath } from '@taskweave/checkpoints';
import { TaskweaveError } from '@taskweave/common';
import { Network, Split, type EvaluateRequest } from '@taskweave/contracts';
import { checkRunName, type AllowedFolders } from '@taskweave/service-kit';

/** Splits that end: a pass over the others goes on for ever. */
const SCORED: readonly Split[] = [Split.VALIDATION, Split.TEST];

/** Examples that may be drawn for one request, as they travel in one message. */
const MOST_PICTURES = 8;

/**
 * Refuses a request that cannot be right whatever its plan and its weights are.
 *
 * @throws TaskweaveError `MESSAGE_INVALID` naming the field, `PATH_REFUSED`
 */
export async function checkRequest(request: EvaluateRequest, folders: AllowedFolders): Promise<void> {
  const { run, split, networks, source, pictures } = request;
  checkRunName(run);
  if (!SCORED.includes(split)) {
    throw refusal('split', String(split), `${Split.VALIDATION} (validation) or ${Split.TEST} (test)`);
  }
  if (networks.length === 0) throw refusal('networks', 'none', 'at least one');
  const isNetwork = (one: Network): boolean => one === Network.SOFT || one === Network.DISCRETE;
  if (!networks.every(isNetwork) || new Set(networks).size < networks.length) {
    throw refusal(
      'networks',
      networks.slice(0, 10).join(', '),
      'each of 1 (soft) and 2 (discrete) at most once',
    );
  }
  if (pictures > MOST_PICTURES) throw refusal('pictures', String(pictures), `0 to ${MOST_PICTURES}`);
  if (source === undefined) throw refusal('source', 'nothing', 'a checkpoint or a model folder');
  if (isBlobPath(source.value)) checkBlobPath(source.$case, source.value, run);
  else await folders.check(source.$case, source.value);
}

function refusal(subject: string, found: string, expected: string): TaskweaveError {
  const message = 'The evaluator cannot serve this request.';
  return new TaskweaveError({ code: 'MESSAGE_INVALID', message, subject, found, expected });
}
