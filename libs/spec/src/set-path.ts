import { TaskweaveError, type Json } from '@taskweave/common';
import { formatPath, isMap, showValue } from './field-path.js';
import { namesAnotherPlugin, withoutOptions } from './merge-trees.js';
import { parseYaml } from './parse-yaml.js';

/** Would reach beyond the tree if it were used as a key. */
const REFUSED_KEYS = ['__proto__', 'constructor', 'prototype'];

const FORM = 'path=value, such as optimizer.learningRate=0.1 or tasks[1].lossWeight=2';

type Part = string | number;

/**
 * Applies `path=value` assignments (the CLI's `--set`) in order. The value is YAML: a scalar, or a list or map in
 * brackets. Missing maps on the way are made; list items must exist. Naming another plug-in (`strategy.id`) drops
 * the options of the one before.
 *
 * @returns a new tree; `tree` is left as it is
 * @throws TaskweaveError `CONFIG_INVALID` when an assignment has another form or its path does not fit the tree
 */
export function applyAssignments(tree: Json, assignments: readonly string[]): Json {
  return assignments.reduce((current, assignment) => {
    const { path, value } = parseAssignment(assignment);
    return assign(current, path, value, assignment, 0);
  }, tree);
}

function parseAssignment(assignment: string): { path: Part[]; value: Json } {
  const equals = assignment.indexOf('=');
  if (equals < 0) throw refusal(assignment, 'It has no "=".');
  const path = parsePath(assignment.slice(0, equals).trim(), assignment);
  const text = assignment.slice(equals + 1).trim();
  if (text === '') throw refusal(assignment, 'It has no value after "=".');
  return { path, value: parseYaml(text, `the value of --set ${formatPath(path)}`).tree };
}

function parsePath(text: string, assignment: string): Part[] {
  if (!/^[\w-]+(\.[\w-]+|\[\d{1,6}\])*$/.test(text))
    throw refusal(assignment, 'Its path is not well formed.');
  const path = [...text.matchAll(/\[(\d+)\]|[\w-]+/g)].map(([key, index]) =>
    index === undefined ? key : Number(index),
  );
  const refused = path.find((part) => REFUSED_KEYS.includes(String(part)));
  if (refused !== undefined) throw refusal(assignment, `'${refused}' is not a key of a search spec.`);
  return path;
}

function assign(node: Json, path: readonly Part[], value: Json, assignment: string, depth: number): Json {
  const part = path[depth];
  if (part === undefined) return value;
  const here = depth === 0 ? 'The spec' : formatPath(path.slice(0, depth));
  if (typeof part === 'number') {
    if (!Array.isArray(node)) throw refusal(assignment, `${here} is ${showValue(node)}, not a list.`);
    if (part >= node.length) {
      throw refusal(assignment, `${here} has ${node.length} items, counted from 0; there is no [${part}].`);
    }
    return node.with(part, assign(node[part]!, path, value, assignment, depth + 1));
  }
  if (!isMap(node)) throw refusal(assignment, `${here} is ${showValue(node)}, not a map.`);
  const before = Object.hasOwn(node, part) ? (node[part] as Json) : {};
  const upper = { [part]: assign(before, path, value, assignment, depth + 1) };
  const base = namesAnotherPlugin(node, upper) ? withoutOptions(node) : node;
  return { ...base, ...upper } as Json;
}

function refusal(assignment: string, why: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `An assignment cannot be applied. ${why}`,
    subject: '--set',
    found: showValue(assignment),
    expected: FORM,
  });
}
