import type { Json } from '@taskweave/common';
import type { ZodType } from 'zod';
import { crossChecks } from './cross-checks.js';
import { isMap } from './field-path.js';
import { didYouMean } from './nearest.js';
import { resolvePluginOptions, type ResolvedOptions } from './plugin-options.js';
import type { SpecPlugins } from './plugins.js';
import { runSpecSchema, type RunSpec } from './run-spec.js';
import { check, invalidSpec, mismatch, type SpecIssue, type LocateField } from './spec-issue.js';

/**
 * A checked specification with every default filled in.
 *
 * @param input any value, usually the tree of a YAML or JSON text
 * @param locate tells where a field is written, for messages
 * @throws TaskweaveError `CONFIG_INVALID` whose message lists every issue, one a line, with the field's path, what
 * was found, what was expected, and for an unknown key or name the nearest valid one
 */
export function parseSpec(input: unknown, plugins: SpecPlugins, locate?: LocateField): RunSpec {
  const { spec, issues } = checkSpec(input, plugins);
  if (spec === undefined) throw invalidSpec(issues, locate);
  return spec;
}

/** As {@link parseSpec}, with what is wrong as a list: exactly one of the two is there. */
export function checkSpec(
  input: unknown,
  plugins: SpecPlugins,
): { spec: RunSpec; issues: [] } | { spec: undefined; issues: SpecIssue[] } {
  if (!isMap(input)) {
    const expected = `a map with keys of ${Object.keys(runSpecSchema.shape).join(', ')}`;
    return { spec: undefined, issues: [{ path: [], text: mismatch(input, expected) }] };
  }
  const issues: SpecIssue[] = unknownSections(input);
  const sections: Record<string, unknown> = {};
  // Section by section, so that one bad section does not hide what the rules over several would find.
  for (const [key, schema] of Object.entries(runSpecSchema.shape)) {
    const value = Object.hasOwn(input, key) ? input[key] : undefined;
    const result = check(schema as ZodType, value, [key]);
    issues.push(...result.issues);
    if (result.issues.length === 0) sections[key] = result.value;
  }
  const { resolved, issues: pluginIssues } = resolvePluginOptions(input, plugins);
  issues.push(...pluginIssues, ...crossChecks(sections as Partial<RunSpec>, plugins));
  if (issues.length > 0) return { spec: undefined, issues };
  // Through JSON, so that what is stored and sent is exactly what this run uses: -0 becomes 0.
  const spec = JSON.parse(JSON.stringify(withOptions(sections as RunSpec, resolved))) as RunSpec;
  return { spec, issues: [] };
}

function unknownSections(input: Record<string, unknown>): SpecIssue[] {
  const known = Object.keys(runSpecSchema.shape);
  return Object.keys(input)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: [key],
      text: `unknown key${didYouMean(key, known) || `; known keys: ${known.join(', ')}`}`,
    }));
}

/** Puts the options, as the plug-ins filled them in, at their places. */
function withOptions(spec: RunSpec, resolved: readonly ResolvedOptions[]): RunSpec {
  for (const { at, options } of resolved) {
    const section = at
      .slice(0, -1)
      .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], spec);
    (section as { options: unknown }).options = options as Record<string, Json>;
  }
  return spec;
}
