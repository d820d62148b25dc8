/** Requests with something wrong in them: fields, JSON texts and bytes. */
import fc from 'fast-check';

/** Texts that readers stumble over: paths, JSON of other shapes, half a surrogate pair, nothing, a lot. */
const TEXTS = [
  '',
  ' ',
  '\0',
  'null',
  '[]',
  '{}',
  '{"__proto__":{"polluted":1}}',
  '"\\ud800"',
  '../../../../etc/passwd',
  '/etc',
  '/proc/self/environ',
  'file:///etc/passwd',
  'C:\\Windows',
  'unix:/nonexistent/socket',
  '127.0.0.1:1',
  '192.0.2.1:443',
  'another-run',
  '💥'.repeat(100),
  'x'.repeat(2_000_000),
  '['.repeat(100_000),
];

/** Numbers at and beyond the ends of ranges. */
const NUMBERS = [
  0,
  1,
  -1,
  0.5,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 53,
  1e308,
  -1e308,
  5e-324,
  NaN,
  Infinity,
  -Infinity,
];

const OTHERS: unknown[] = [null, true, [], {}, [null], [[[]]], Array.from({ length: 10_000 }, () => 0)];

type Tree = Record<string, unknown> | unknown[];

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** Places within a tree: its containers with a key of each. */
function placesIn(value: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (!isTree(value)) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

/** What to do to one place of a request. */
export interface Edit {
  readonly where: number;
  readonly what: number;
}

const edit = fc.record({ where: fc.nat(1_000_000), what: fc.nat(1_000_000) });

/** One to three edits. */
export const edits: fc.Arbitrary<Edit[]> = fc.array(edit, { minLength: 1, maxLength: 3 });

const pick = <T>(values: readonly T[], index: number): T => values[index % values.length]!;

/** A copy of a JSON text with edits anywhere in it. */
function spoilJson(text: string, list: readonly Edit[]): string {
  const tree = JSON.parse(text) as unknown;
  for (const { where, what } of list) {
    const places = placesIn(tree);
    if (places.length === 0) break;
    const { holder, key } = pick(places, where);
    const values = [...TEXTS.slice(0, -1), ...NUMBERS, ...OTHERS];
    if (what % 7 === 0) delete holder[key];
    else holder[key] = pick(values, what);
  }
  // NaN and infinities become null, which is what another JSON writer may send too; others write 1e999.
  return JSON.stringify(tree, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? 'NUMBER' : value,
  ).replaceAll('"NUMBER"', '1e999');
}

/** Replaces a value by another of the same type, as the contract's encoder takes no other. */
function spoilValue(value: unknown, what: number): unknown {
  switch (typeof value) {
    case 'string': {
      const isJson = value.startsWith('{');
      return isJson && what % 5 !== 0
        ? spoilJson(value, [{ where: what, what: what >> 3 }])
        : pick(TEXTS, what);
    }
    case 'number':
      return Number.isInteger(value) ? pick([0, 1, 7, 255, 2 ** 31 - 1], what) : pick(NUMBERS, what);
    case 'object':
      if (Array.isArray(value)) return spoilList(value, what);
      if (value instanceof Uint8Array) return spoilNumbers(value, what);
      return undefined;
    default:
      return value;
  }
}

/** Numbers that are none, or of another count. */
function spoilNumbers(value: Uint8Array, what: number): Buffer {
  const others = [
    Buffer.alloc(0),
    Buffer.from(value.subarray(1)),
    Buffer.concat([value, value]),
    Buffer.alloc(value.length, 0xff),
    Buffer.from(Float32Array.from({ length: value.length / 4 }, () => Infinity).buffer),
    Buffer.from(Float32Array.from({ length: value.length / 4 }, () => 3e38).buffer),
    Buffer.alloc(2_000_000),
  ];
  return pick(others, what);
}

function spoilList(list: readonly unknown[], what: number): unknown[] {
  const [first] = list;
  switch (what % 4) {
    case 0:
      return [];
    case 1:
      return [...list, ...list];
    case 2:
      return list.slice(1);
    default:
      return Array.from({ length: 20_000 }, () => first ?? 0);
  }
}

/** A choice between messages is left out as a whole or not at all, as is an entry of a list: the encoder needs contents. */
function isField({ holder, key }: { holder: Record<string, unknown>; key: string }): boolean {
  return key !== '$case' && !(('$case' in holder || Array.isArray(holder)) && isTree(holder[key]));
}

/** Deep copies of the messages of a call with edits in their fields. */
export function spoilMessages(messages: readonly object[], list: readonly Edit[]): object[] {
  const copies = structuredClone([...messages]);
  for (const { where, what } of list) {
    const places = placesIn(pick(copies, where)).filter(isField);
    // A message without fields has nothing to spoil but its bytes.
    if (places.length === 0) continue;
    const { holder, key } = pick(places, where >> 3);
    holder[key] = spoilValue(holder[key], what);
  }
  return copies;
}

/** What to do to the bytes of a message. */
export type ByteEdit =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'append'; readonly bytes: Uint8Array }
  | { readonly kind: 'replace'; readonly bytes: Uint8Array };

const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });

export const byteEdits: fc.Arbitrary<ByteEdit[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('truncate' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('append' as const), bytes }),
    fc.record({ kind: fc.constant('replace' as const), bytes }),
  ),
  { minLength: 1, maxLength: 3 },
);

export function spoilBytes(message: Uint8Array, list: readonly ByteEdit[]): Buffer {
  let spoiled = Buffer.from(message);
  for (const change of list) {
    const at = 'at' in change ? change.at % Math.max(1, spoiled.length) : 0;
    if (change.kind === 'flip' && spoiled.length > 0) spoiled[at] = spoiled[at]! ^ (1 << change.bit);
    else if (change.kind === 'truncate') spoiled = spoiled.subarray(0, at);
    else if (change.kind === 'append') spoiled = Buffer.concat([spoiled, change.bytes]);
    else if (change.kind === 'replace') spoiled = Buffer.from(change.bytes);
  }
  return spoiled;
}
