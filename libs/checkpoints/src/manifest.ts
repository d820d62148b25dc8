import { TaskweaveError, type Json } from '@taskweave/common';

/** Name of the manifest within a checkpoint folder. Written last: a folder without one is no checkpoint. */
export const MANIFEST_FILE = 'manifest.json';

/** What a checkpoint says about itself, besides its files. */
export interface CheckpointInfo {
  /** Name of the run. */
  run: string;
  /** Steps done: the step that a resumed run starts with. */
  step: number;
  /** `specHash` of the resolved run spec; a checkpoint only fits the run that wrote it. */
  specHash: string;
  /** Version of Taskweave that wrote it. */
  codeVersion: string;
  /** Where each split's stream of batches goes on. */
  dataCursor: { [key: string]: Json };
  /** Key of the counter-based random numbers, which have no other state. */
  rng: { seed: number };
  /** W3C traceparent of the step that wrote it. */
  traceparent: string;
  engine: { id: string; device: string; threads: number };
}

export interface CheckpointFile {
  /** Name within the folder. */
  name: string;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
}

export interface CheckpointManifest extends CheckpointInfo {
  format: 'taskweave-checkpoint';
  version: 1;
  /** Sorted by name. */
  files: CheckpointFile[];
  /** ISO 8601, UTC. For people only; nothing is computed from it. */
  createdAt: string;
}

interface Rule {
  expected: string;
  accepts(value: unknown): boolean;
}

/** A rule for each field of an object. */
interface Rules {
  [field: string]: Rule | Rules;
}

const isRule = (rule: Rule | Rules): rule is Rule => typeof rule['accepts'] === 'function';

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isUint32 = (value: unknown): boolean => isCount(value) && (value as number) < 2 ** 32;
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);

const TEXT: Rule = { expected: 'a text that is not empty', accepts: isText };
const SHA256: Rule = { expected: '64 lower-case hexadecimal digits', accepts: matches(/^[0-9a-f]{64}$/) };
const COUNT: Rule = { expected: 'a whole number >= 0', accepts: isCount };

/**
 * File names come from a file that may have been tampered with, and become paths: no separators, they start
 * with a letter or digit, and are not the list itself.
 */
const fileName = (list: string): Rule => ({
  expected: `a plain file name of letters, digits, ".", "_" and "-", other than ${list}`,
  accepts: (value) => matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/)(value) && value !== list,
});

const fileRules = (list: string) =>
  ({ name: fileName(list), bytes: COUNT, sha256: SHA256 }) satisfies Record<keyof CheckpointFile, Rule>;

const RULES = {
  format: { expected: '"taskweave-checkpoint"', accepts: (value) => value === 'taskweave-checkpoint' },
  version: { expected: '1, the only version this release can read', accepts: (value) => value === 1 },
  run: TEXT,
  step: { expected: 'a whole number from 0 to 2^32 - 1', accepts: isUint32 },
  specHash: SHA256,
  codeVersion: TEXT,
  dataCursor: { expected: 'an object', accepts: isObject },
  rng: { seed: { expected: 'a whole number from 0 to 2^32 - 1', accepts: isUint32 } },
  traceparent: {
    expected: 'a W3C traceparent',
    accepts: matches(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/),
  },
  engine: {
    id: TEXT,
    device: TEXT,
    threads: { expected: 'a whole number >= 1', accepts: (value) => isCount(value) && value !== 0 },
  },
  files: { expected: 'a list', accepts: Array.isArray },
  createdAt: {
    expected: 'a time such as 2026-01-31T12:00:00.000Z',
    accepts: (value) =>
      matches(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)(value) && !Number.isNaN(Date.parse(value as string)),
  },
} satisfies Record<keyof CheckpointManifest, Rule | Rules>;

function damaged(source: string, field: string, found: unknown, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CHECKPOINT_DAMAGED',
    message: `${source} is not a valid checkpoint manifest: the field ${field} is wrong.`,
    subject: `${source}, ${field}`,
    found: (JSON.stringify(found) ?? 'nothing').slice(0, 200),
    expected,
    action: 'Resume from an older checkpoint.',
  });
}

/** Checks every field in turn and refuses fields that no rule knows. */
function checkFields(source: string, path: string, value: unknown, rules: Rules): void {
  if (!isObject(value)) throw damaged(source, path === '' ? '(whole file)' : path, value, 'an object');
  const inner = (field: string): string => (path === '' ? field : `${path}.${field}`);
  for (const [field, rule] of Object.entries(rules)) {
    if (!isRule(rule)) checkFields(source, inner(field), value[field], rule);
    else if (!rule.accepts(value[field])) {
      throw damaged(source, inner(field), value[field], rule.expected);
    }
  }
  const unknown = Object.keys(value).find((field) => !Object.hasOwn(rules, field));
  if (unknown !== undefined) throw damaged(source, inner(unknown), value[unknown], 'no such field');
}

/**
 * A manifest from its JSON text.
 *
 * @param source the file's name, for errors
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` naming the field, what was found and what was expected
 */
export function parseManifest(text: string, source: string): CheckpointManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(source, '(whole file)', (error as Error).message, 'JSON');
  }
  return checkManifest(value, source);
}

/** Like {@link parseManifest}, for a value that is already parsed. */
export function checkManifest(value: unknown, source: string): CheckpointManifest {
  checkFields(source, '', value, RULES);
  const manifest = value as CheckpointManifest;
  checkFileList(manifest.files, source, MANIFEST_FILE);
  return manifest;
}

/**
 * Checks the files that a list of files names.
 *
 * @param source the list's name, for errors
 * @param list the name of the list's own file, which no other may have
 * @throws TaskweaveError `CHECKPOINT_DAMAGED` naming the field, what was found and what was expected
 */
export function checkFileList(
  files: readonly unknown[],
  source: string,
  list: string,
): asserts files is readonly CheckpointFile[] {
  const rules = fileRules(list);
  const seen = new Set<string>();
  for (const [index, value] of files.entries()) {
    checkFields(source, `files[${index}]`, value, rules);
    const file = value as CheckpointFile;
    // Compared without case: on some disks "A" and "a" are the same file.
    const key = file.name.toLowerCase();
    if (seen.has(key))
      throw damaged(source, `files[${index}].name`, file.name, 'a name that is not used yet');
    seen.add(key);
  }
}
