import { TaskweaveError, type Json } from '@taskweave/common';
import {
  Lexer,
  LineCounter,
  Parser,
  isAlias,
  isNode,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { FieldPath } from './field-path.js';
import type { LocateField } from './spec-issue.js';

/** Far above any spec; keeps a file given by mistake from being parsed. */
export const MAX_SPEC_BYTES = 1024 * 1024;

/** Far deeper than any spec. The composer recurses, and a stack that overflows inside it can end the process. */
const MAX_DEPTH = 64;

/** A YAML text as a tree, and where its fields stand. */
export interface YamlTree {
  tree: Json;
  locate: LocateField;
}

/**
 * Parses YAML 1.2 (of which JSON is a part) without the features that can surprise: no aliases, no anchors, no
 * tags, no duplicate keys, one document.
 *
 * @param name the file's name, for messages
 * @throws TaskweaveError `CONFIG_INVALID` with line and column
 */
export function parseYaml(text: string, name: string): YamlTree {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_SPEC_BYTES) {
    throw refusal(`${name} is too large for a search spec.`, {
      subject: name,
      found: `${bytes} bytes`,
      expected: `at most ${MAX_SPEC_BYTES} bytes`,
    });
  }
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  try {
    refuseDepth(text, name);
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) {
      const where = place(problem.pos[0]);
      throw refusal(`${name} is not valid YAML at ${where}: ${problem.message}${twice(problem, text)}`, {
        subject: `${name}, ${where}`,
      });
    }
    refuseAliases(document, name, place);
    const tree = document.toJS({ maxAliasCount: 0 }) as Json;
    return { tree, locate: (path) => locate(document, path, (offset) => `${name}, ${place(offset)}`) };
  } catch (error) {
    if (error instanceof TaskweaveError) throw error;
    throw refusal(`${name} is not valid YAML: ${(error as Error).message}`, { subject: name });
  }
}

/** Which key a text has twice, if that is the problem. */
function twice({ code, pos }: YAMLError, text: string): string {
  const key = /^[^\s:]{1,60}/.exec(text.slice(pos[0], pos[0] + 60))?.[0];
  return code === 'DUPLICATE_KEY' && key !== undefined ? `, and ${key} is there twice` : '';
}

function refusal(
  message: string,
  details: { subject: string; found?: string; expected?: string },
): TaskweaveError {
  return new TaskweaveError({ code: 'CONFIG_INVALID', message, ...details });
}

/** Runs the first stage of the parser alone, which keeps its own stack, and watches how high that grows. */
function refuseDepth(text: string, name: string): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // The tokens are not wanted, but a generator does nothing until it is asked.
    for (const token of parser.next(lexeme)) void token;
    if (parser.stack.length > MAX_DEPTH) {
      const where = `line ${text.slice(0, parser.offset).split('\n').length}`;
      throw refusal(`${name} is nested too deep at ${where}.`, {
        subject: `${name}, ${where}`,
        expected: `at most ${MAX_DEPTH} levels`,
      });
    }
  }
}

function refuseAliases(document: Document.Parsed, name: string, place: (offset: number) => string): void {
  visit(document, {
    Node(_key, node) {
      if (!isAlias(node) && node.anchor === undefined) return;
      const where = place(node.range?.[0] ?? 0);
      throw refusal(`${name} uses a YAML anchor or alias at ${where}, which a search spec may not.`, {
        subject: `${name}, ${where}`,
        expected: 'every value written out',
      });
    },
  });
}

/** Where a field, or the nearest one around it that is in the text, stands. */
function locate(
  document: Document.Parsed,
  path: FieldPath,
  place: (offset: number) => string,
): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = isNode(node) ? (node as Node).range : undefined;
    if (range) return place(range[0]);
  }
  return undefined;
}
