/** What somebody else may publish on the subjects of a run: any bytes, texts, names and headers. */
import type { RawNats } from '@taskweave/messaging/testing/raw-nats';
import fc from 'fast-check';

/** Subjects that a run reads; the dots between their tokens are the last thing that is right about them. */
export interface BusSubjects {
  /** `taskweave.<run>`: a kind follows. */
  readonly events: string;
  /** `taskweave-work.<queue>`: a run and a kind follow. */
  readonly work: string;
  readonly dead: string;
  /** `$KV.taskweave_state`: a key follows. */
  readonly state: string;
  /** Keys that the run reads, now or later. */
  readonly keys: readonly string[];
}

/** Each of {@link BusSubjects} by name. */
export const PLACES = ['events', 'work', 'dead', 'state'] as const;

/** A message, whichever place it is published to. */
export interface BusMessage {
  readonly names: readonly string[];
  readonly payload: string | Uint8Array;
  readonly id: string | undefined;
  readonly header: Readonly<Record<string, string>>;
  readonly key: number;
}

const KINDS = [
  ...[
    'checkpoint.ready',
    'evaluation.done',
    'step',
    'opened',
    'phase',
    'nonsense',
    '-',
    'ä',
    '💥',
    'a=b',
    '$SYS',
  ],
  ...['a/../../b', '/etc/passwd', '__proto__', 'x'.repeat(200), Array(40).fill('a').join('.')],
];

const TEXTS = [
  ...[
    '',
    ' ',
    '\0',
    'null',
    'true',
    '0',
    '-1',
    '1e999',
    'NaN',
    '"',
    '""',
    '{',
    '{}',
    '[]',
    '[[[[',
    'undefined',
  ],
  ...[
    '{"__proto__":{"polluted":1}}',
    '{"folder":"/etc","step":0}',
    '{"folder":7,"step":"x"}',
    '{"step":1e308}',
  ],
  ...['{"soft":{}}', '{"soft":{"task":null}}', '{"discrete":{"task":{"value":null}}}', '"\\ud800"'],
  ...['{"ttlMs":-1}', '{"token":"x","value":1}', '['.repeat(100_000), `"${'x'.repeat(999_000)}"`],
];

const payload: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS.filter(({ length }) => length < 1000)) },
  { weight: 1, arbitrary: fc.constantFrom(...TEXTS.filter(({ length }) => length >= 1000)) },
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 64 }) },
  { weight: 3, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1_040_000 }).map((length) => new Uint8Array(length)) },
);

const id = fc.option(
  fc.oneof(fc.uuid(), fc.constantFrom('', 'a', 'with space', 'x'.repeat(300), '$', 'step-4', '0', '../..')),
  { nil: undefined },
);

const header = fc.constantFrom<Record<string, string>>(
  ...[{}, {}, {}, { 'KV-Operation': 'NONSENSE' }, { 'Nats-Rollup': 'nonsense' }],
  ...[{ 'Nats-Expected-Stream': 'another' }, { 'Nats-Expected-Last-Sequence': 'x' }, { traceparent: '💥' }],
);

export const busMessages: fc.Arbitrary<BusMessage> = fc.record({
  names: fc.tuple(
    fc.constantFrom('', 'another-run', '-', 'ä', 'a=b', 'x'.repeat(200)),
    fc.constantFrom(...KINDS),
  ),
  payload,
  id,
  header,
  key: fc.nat(1000),
});

/** Publishes a message at a place. */
export function publishAt(
  raw: RawNats,
  place: (typeof PLACES)[number],
  run: string,
  subjects: BusSubjects,
  { names: [name = '', kind = ''], payload, id, header, key }: BusMessage,
): void {
  const to = {
    events: () => `${subjects.events}.${kind}`,
    // Most name the run that is at work.
    work: () => `${subjects.work}.${name === '' ? run : name}.${kind}`,
    dead: () => subjects.dead,
    state: () => {
      const known = subjects.keys[key % subjects.keys.length]!;
      return `${subjects.state}.${key % 3 === 0 ? `${known}.${kind}` : known}`;
    },
  }[place]();
  raw.publish(to, payload, { ...(id !== undefined && { id }), header });
}
