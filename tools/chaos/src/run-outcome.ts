import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';

/** What a run leaves behind, but for the time it took: file by file, as a hash or as a list of names. */
export type RunOutcome = Readonly<Record<string, string>>;

/** Keys whose values tell of time, place or process. */
const OF_THE_MOMENT = new Set([
  ...['seconds', 'stepsPerSecond', 'run', 'processes', 'traceparent', 'createdAt', 'address'],
]);

/**
 * Whether a file tells of what really happened, faults and all: logs of changes, as a completed run leaves no state, and of
 * events, which have invariants of their own; times of all work, also of what was done again; what TensorBoard was told.
 */
function tellsOfFaults(file: string): boolean {
  const [folder] = file.split(sep);
  return folder === 'messages' || folder === 'tensorboard' || basename(file) === 'timeline.jsonl';
}

/** Whether a run may do without a file: pictures are an aid, which a full disk or an evaluator's end may cost. */
function isDispensable(file: string): boolean {
  return file.startsWith(`pictures${sep}`);
}

/**
 * Hashes of all that has to be the same however often a run was broken and gone on with. Damaged checkpoints, which are
 * put aside and kept, are left out.
 */
export async function runOutcome(folder: string): Promise<RunOutcome> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('.damaged'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !tellsOfFaults(file))
    .sort();
  const outcome: Record<string, string> = {};
  for (const file of files) {
    const bytes = await readFile(join(folder, file));
    outcome[file] = createHash('sha256')
      .update(comparable(file, bytes, basename(folder)))
      .digest('hex');
  }
  return outcome;
}

/** A file that is not what its name says is compared as it is. */
function comparable(file: string, bytes: Buffer, run: string): Buffer | string {
  try {
    return withoutTheMoment(file, bytes, run);
  } catch {
    return bytes;
  }
}

function withoutTheMoment(file: string, bytes: Buffer, run: string): Buffer | string {
  const stripped = (json: string): string => JSON.stringify(JSON.parse(json), inOrder);
  if (file.endsWith('.jsonl')) return bytes.toString().trimEnd().split('\n').map(stripped).join('\n');
  if (file.endsWith('.json')) return stripped(bytes.toString());
  // The drawing's title.
  if (file.endsWith('.svg')) return bytes.toString().replaceAll(run, '');
  return bytes;
}

/** For JSON.stringify: keys in one order, and none that tells of the moment. */
function inOrder(key: string, value: unknown): unknown {
  if (OF_THE_MOMENT.has(key)) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a trainer was lost in a step that the run's history tells of, and the others took it without it. */
export async function lostTrainer(folder: string): Promise<boolean> {
  return (await readFile(join(folder, 'history.jsonl'), 'utf8')).includes('"lost":[');
}

/** Names of the files in which two outcomes differ, also those that only one of them has and has to have. */
export function differences(found: RunOutcome, expected: RunOutcome): string[] {
  const files = new Set([...Object.keys(found), ...Object.keys(expected)]);
  const inBoth = (file: string): boolean => file in found && file in expected;
  return [...files]
    .filter((file) => found[file] !== expected[file] && (inBoth(file) || !isDispensable(file)))
    .sort();
}
