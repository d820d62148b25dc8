import fc from 'fast-check';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileTail } from './file-tail.js';

let folder: string;
let path: string;
let number = 0;
/** What a reader knows of the file. */
let lines: string[];
let tail: FileTail;

const begin = (): void => {
  path = join(folder, `${number++}.jsonl`);
  lines = [];
  tail = new FileTail(path);
};
const poll = () =>
  tail.poll(
    () => (lines = []),
    (line) => lines.push(line),
  );

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'taskweave-tail-'))));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(begin);

/** A change of a file, and the whole lines in it afterwards. */
const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      text: fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '{') }),
    }),
  },
  fc.record({
    kind: fc.constant('replace' as const),
    text: fc.string({ unit: fc.constantFrom('b', 'é', '\n') }),
  }),
  fc.record({ kind: fc.constant('remove' as const), text: fc.constant('') }),
);

describe('a tail', () => {
  it('knows the whole lines of a file after any appends, replacements and removals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(change, fc.boolean()), { maxLength: 12 }), async (changes) => {
        begin();
        let contents = '';
        for (const [{ kind, text }, polled] of [
          ...changes,
          [{ kind: 'append', text: 'end\n' }, true] as const,
        ]) {
          contents = kind === 'append' ? contents + text : text;
          if (kind === 'append') appendFileSync(path, text);
          else if (kind === 'remove') rmSync(path, { force: true });
          else {
            writeFileSync(`${path}.unfinished`, text);
            renameSync(`${path}.unfinished`, path);
          }
          if (!polled) continue;
          await poll();
          expect(lines).toEqual(contents.split('\n').slice(0, -1));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('reads only what is new', async () => {
    writeFileSync(path, 'one\ntwo\nthr');
    expect(await poll()).toEqual({ replaced: false, lines: 2 });
    appendFileSync(path, 'ee\n');
    expect(await poll()).toEqual({ replaced: false, lines: 1 });
    expect(await poll()).toEqual({ replaced: false, lines: 0 });
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('notices a file that shrank, and one that was written anew in its place', async () => {
    writeFileSync(path, 'one\ntwo\n');
    await poll();
    truncateSync(path, 4);
    expect(await poll()).toEqual({ replaced: true, lines: 1 });
    // The same file to the system, and as long as it was.
    writeFileSync(path, 'six\nten\n');
    expect(await poll()).toEqual({ replaced: true, lines: 2 });
    expect(lines).toEqual(['six', 'ten']);
  });

  it('reads lines that are longer than what is read at once', async () => {
    const long = 'x'.repeat(3_000_000);
    writeFileSync(path, `short\n${long}\nlast\n`);
    await poll();
    expect(lines.map(({ length }) => length)).toEqual([5, 3_000_000, 4]);
  });
});
