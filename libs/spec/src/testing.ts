import fc from 'fast-check';

/**
 * Randomly damaged specs for property tests: keys deleted, renamed and added, values of other types, extreme numbers,
 * nested junk, lists doubled and shortened.
 */

export type Container = Record<string, unknown>;

export interface Mutation {
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
/** One random change of a tree. */
export const mutations: fc.Arbitrary<Mutation> = fc.record({
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

/** Applies a change to a tree, in place. */
export function mutate(tree: Container, { container, entry, kind, key, value }: Mutation): void {
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
