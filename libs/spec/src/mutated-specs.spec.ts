import { TaskweaveError } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSpec } from './parse-spec.js';
import { testPlugins } from './test-plugins.js';

type Container = Record<string, unknown>;

interface Mutation {
  /** Picks one of the tree's maps and lists, and one of its entries (modulo how many there are). */
  container: number;
  entry: number;
  kind: 'delete' | 'rename' | 'replace' | 'wrap' | 'add' | 'double';
  key: string;
  value: unknown;
}

const extremes = [NaN, Infinity, -Infinity, 0, -0, -1, 0.5, 1, 2, 2 ** 31, 2 ** 32, 1e308, 5e-324];
const others = [null, undefined, true, '', 'left', 'onnx', 'fixed', 'rooms', [], {}, [[]], 10n, new Date(0)];
const values = fc.oneof(
  fc.constantFrom<unknown>(...extremes, ...others, Symbol('s'), () => 1, 'x'.repeat(100_000)),
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.jsonValue({ maxDepth: 4 }),
  fc.jsonValue({ maxDepth: 2 }).map((value) => [[{ deep: [value] }]]),
);
const keys = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'id',
    'set',
    'options',
    'steps',
    'learningRat',
    '0',
  ),
  fc.string(),
);
const mutations: fc.Arbitrary<Mutation> = fc.record({
  container: fc.nat(1000),
  entry: fc.nat(1000),
  kind: fc.constantFrom('delete', 'rename', 'replace', 'replace', 'replace', 'wrap', 'add', 'double'),
  key: keys,
  value: values,
});

function containersIn(node: unknown): Container[] {
  if (typeof node !== 'object' || node === null) return [];
  return [node as Container, ...Object.values(node).flatMap(containersIn)];
}

function mutate(tree: Container, { container, entry, kind, key, value }: Mutation): void {
  const all = containersIn(tree);
  const node = all[container % all.length]!;
  const names = Object.keys(node);
  const name = names[entry % names.length] ?? 'new';
  const before = node[name];
  const define = (at: string, content: unknown) =>
    Object.defineProperty(node, at, { value: content, enumerable: true, configurable: true, writable: true });
  const isList = Array.isArray(node);
  if (kind === 'replace') define(name, value);
  else if (kind === 'wrap') define(name, [before, { before }]);
  else if (kind === 'double' && isList) node.push(node[0]);
  else if (kind === 'delete' && isList) node.splice(entry % (node.length + 1), 1);
  else if (kind === 'delete') delete node[name];
  else if (!isList) {
    if (kind === 'rename') delete node[name];
    define(key, kind === 'rename' ? before : value);
  }
}

describe('a randomly damaged spec', () => {
  const whole = JSON.stringify(parseSpec({}, testPlugins));
  // Every issue line begins with the path of a field: its first key, or the whole spec.
  const namesField = /^ {2}([\w-]+|\["(\\.|[^"\\])*"\]|\(the whole spec\))[^\n]*: (found|unknown key)/;

  it('either parses, and then to itself again, or is refused by field', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutations, { minLength: 1, maxLength: 4 }), (changes) => {
        const tree = JSON.parse(whole) as Container;
        changes.forEach((change) => mutate(tree, change));
        let spec;
        try {
          spec = parseSpec(tree, testPlugins);
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(TaskweaveError);
          const { code, message } = error as TaskweaveError;
          expect(code).toBe('CONFIG_INVALID');
          const [headline, ...issues] = message.split('\n');
          expect(headline).toMatch(/^(One field|\d+ fields) of the search spec (is|are) not valid:$/);
          expect(issues.length).toBeGreaterThan(0);
          issues.forEach((line) => expect(line).toMatch(namesField));
          return;
        }
        accepted++;
        expect(parseSpec(spec, testPlugins)).toEqual(spec);
        expect(parseSpec(JSON.parse(JSON.stringify(spec)), testPlugins)).toEqual(spec);
      }),
      { seed: 20_200_614, numRuns: 2000 },
    );
    // Both outcomes must really have been met, or the property says little.
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});
