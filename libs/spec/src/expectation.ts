/**
 * What a zod schema accepts at a path, in words. It is read from the schema's JSON Schema form, so plug-ins get
 * messages of the same quality without writing any: ranges are told whole ("an integer from 1 to 64") and not
 * bound by bound.
 */
import { z, type ZodType } from 'zod';
import type { FieldPath } from './field-path.js';
import { listNames } from './nearest.js';

interface JsonSchema {
  /** Set with `.meta({ expected })` where the words below would not do. */
  expected?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema | boolean;
  prefixItems?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

/** What a schema accepts at one place. */
export interface Expectation {
  /** In words; `undefined` when the schema says nothing (e.g. a custom check). */
  text: string | undefined;
  /** The valid keys, if a map with fixed keys is accepted. */
  keys: string[];
  /** The valid strings, if there is a closed set of them. */
  names: string[];
}

const converted = new WeakMap<ZodType, JsonSchema>();

function toJsonSchema(schema: ZodType): JsonSchema {
  let result = converted.get(schema);
  if (result === undefined) {
    result = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    converted.set(schema, result);
  }
  return result;
}

/** @param path the place, relative to `schema` */
export function expectationAt(schema: ZodType, path: FieldPath): Expectation {
  let nodes = [toJsonSchema(schema)];
  for (const part of path) nodes = nodes.flatMap(alternatives).flatMap((node) => child(node, part));
  const leaves = nodes.flatMap(alternatives);
  const texts = [...new Set(nodes.map(describeNode).filter((text) => text !== undefined))];
  return {
    text: texts.length === 0 ? undefined : texts.join(' or '),
    keys: [...new Set(leaves.flatMap((node) => Object.keys(node.properties ?? {})))],
    names: leaves.flatMap((node) => node.enum ?? [node.const]).filter((name) => typeof name === 'string'),
  };
}

function alternatives(node: JsonSchema): JsonSchema[] {
  const inner = node.anyOf ?? node.oneOf;
  return inner === undefined ? [node] : inner.flatMap(alternatives);
}

function child(node: JsonSchema, part: string | number): JsonSchema[] {
  if (typeof part === 'number') {
    const item = node.prefixItems?.[part] ?? node.items;
    return typeof item === 'object' ? [item] : [];
  }
  if (node.properties !== undefined && Object.hasOwn(node.properties, part)) return [node.properties[part]!];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

function describeNode(node: JsonSchema): string | undefined {
  if (node.expected !== undefined) return node.expected;
  if (node.enum !== undefined)
    return node.enum.length === 1 ? quote(node.enum[0]) : `one of ${listNames(node.enum.map(String))}`;
  if (node.const !== undefined) return quote(node.const);
  const inner = node.anyOf ?? node.oneOf;
  if (inner !== undefined) {
    const texts = inner.map(describeNode);
    return texts.every((text) => text !== undefined) ? [...new Set(texts)].join(' or ') : undefined;
  }
  switch (node.type) {
    case 'integer':
    case 'number':
      return describeNumber(node);
    case 'string':
      return describeString(node);
    case 'array':
      return describeList(node);
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'object': {
      const keys = Object.keys(node.properties ?? {});
      return keys.length === 0 ? 'a map' : `a map with keys of ${keys.join(', ')}`;
    }
    default:
      return undefined;
  }
}

function quote(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function describeNumber(node: JsonSchema): string {
  const noun = node.type === 'integer' ? 'an integer' : 'a number';
  const bound = (value: number | undefined) =>
    value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
  const [low, high] = [bound(node.minimum), bound(node.maximum)];
  if (low !== undefined && high !== undefined) return `${noun} from ${low} to ${high}`;
  const parts = [
    low !== undefined && `>= ${low}`,
    bound(node.exclusiveMinimum) !== undefined && `> ${node.exclusiveMinimum}`,
    high !== undefined && `<= ${high}`,
    bound(node.exclusiveMaximum) !== undefined && `< ${node.exclusiveMaximum}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? noun : `${noun} ${parts.join(' and ')}`;
}

function describeString(node: JsonSchema): string {
  if (node.pattern !== undefined) return `a text matching ${node.pattern}`;
  if (node.minLength === undefined && node.maxLength === undefined) return 'a text';
  return `a text of ${node.minLength ?? 0} to ${node.maxLength ?? 'any number of'} characters`;
}

function describeList(node: JsonSchema): string {
  const { minItems: low, maxItems: high } = node;
  const item = typeof node.items === 'object' ? describeNode(node.items) : undefined;
  const parts = node.prefixItems?.map((part) => describeNode(part) ?? 'anything');
  const of = parts !== undefined ? `: ${parts.join(', ')}` : item !== undefined ? `, each ${item}` : '';
  if (low !== undefined && low === high) return `a list of ${low} items${of}`;
  if (low !== undefined && high !== undefined) return `a list of ${low} to ${high} items${of}`;
  if (low !== undefined) return `a list of at least ${low} ${low === 1 ? 'item' : 'items'}${of}`;
  return `a list${high === undefined ? '' : ` of at most ${high} items`}${of}`;
}
