/**
 * The manifest of own data, in JSON Lines so that every example has a line of its own. The first line declares the
 * tasks; each further one is an example:
 *
 *     {"tasks": {"room": {"kind": "classification", "classes": ["kitchen", "bath"]}, "parts": {"kind": "segmentation", "classes": 13}}}
 *     {"image": "a/1.jpg", "split": "train", "labels": {"room": "bath", "parts": "a/1-parts.png"}}
 */
import { TaskweaveError } from '@taskweave/common';
import { z, type ZodType } from 'zod';
import type { Part } from '../data-set.js';
import { listedFile } from '../image-files/file-in-root.js';
import { readLines, type Line } from '../image-files/read-text.js';
import { taskSchema, type ManifestTask } from './tasks.js';
import type { Example, ListedFile } from '../image-files/example.js';

const headerSchema = z.strictObject({
  tasks: z
    .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), taskSchema)
    .refine((tasks) => Object.keys(tasks).length > 0, 'at least one task'),
});

const exampleSchema = z.strictObject({
  image: z.string(),
  split: z.enum(['train', 'validation', 'test']).optional(),
  labels: z.record(z.string(), z.union([z.string(), z.int()])),
});

export interface ManifestExample extends Example {
  readonly split: Part | undefined;
}

export interface Manifest {
  readonly tasks: Readonly<Record<string, ManifestTask>>;
  readonly examples: readonly ManifestExample[];
}

/** @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming the line */
export async function readManifest(root: string, path: string): Promise<Manifest> {
  const [first, ...rest] = await readLines(root, listedFile(path));
  const { tasks } = parseLine(first!, headerSchema, '{"tasks": {...}}');
  const examples = rest.map((line) => parseExample(line, tasks));
  const unplaced = examples.findIndex(
    ({ split }) => (split === undefined) !== (examples[0]!.split === undefined),
  );
  if (unplaced > 0) {
    const found = examples[unplaced]!.split ?? 'none';
    throw invalidLine(rest[unplaced]!.at, `split ${found}`, 'a split on every line, or on none');
  }
  return { tasks, examples };
}

function parseExample(line: Line, tasks: Manifest['tasks']): ManifestExample {
  const { image, split, labels } = parseLine(line, exampleSchema, '{"image": ..., "labels": {...}}');
  const unknown = Object.keys(labels).find((task) => !Object.hasOwn(tasks, task));
  if (unknown !== undefined)
    throw invalidLine(line.at, `a label of task '${unknown}'`, `labels of ${Object.keys(tasks).join(', ')}`);
  return {
    image: listedFile(image, line.at),
    split,
    labels: Object.fromEntries(
      Object.entries(tasks).map(([id, task]) => {
        const label = labels[id];
        if (label === undefined)
          throw invalidLine(line.at, `no label of task '${id}'`, 'a label of every task');
        return [id, parseLabel(id, task, label, line)];
      }),
    ),
  };
}

function parseLabel(
  id: string,
  task: ManifestTask,
  label: string | number,
  { at }: Line,
): ListedFile | number {
  if (task.kind !== 'classification') {
    if (typeof label === 'string') return listedFile(label, at);
    throw invalidLine(at, `the number ${label} as label of task '${id}'`, 'the path of a file');
  }
  const names = Array.isArray(task.classes) ? task.classes : undefined;
  const count = names?.length ?? (task.classes as number);
  const index = typeof label === 'number' ? label : (names?.indexOf(label) ?? -1);
  if (index >= 0 && index < count) return index;
  const expected = `0 to ${count - 1}${names === undefined ? '' : `, or ${names.join(', ')}`}`;
  throw invalidLine(at, `${JSON.stringify(label)} as label of task '${id}'`, expected);
}

function parseLine<T>({ text, at }: Line, schema: ZodType<T>, expected: string): T {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    throw invalidLine(at, 'a text that is not JSON', expected);
  }
  const result = schema.safeParse(tree);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw invalidLine(at, `${issue.path.map(String).join('.') || 'the line'}: ${issue.message}`, expected);
}

function invalidLine(subject: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'A line of the manifest is not valid.',
    subject,
    found,
    expected,
  });
}
