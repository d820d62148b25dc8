import { isMap, valueAt, type FieldPath } from './field-path.js';
import { didYouMean, listNames } from './nearest.js';
import type { PluginSchema, SpecPlugins } from './plugins.js';
import { check, mismatch, type SpecIssue } from './spec-issue.js';

/** A place in the spec that names a plug-in and holds its options. */
interface PluginSite {
  at: FieldPath;
  /** The key that holds the plug-in's id. */
  idKey: 'id' | 'set';
  /** The id when the key is absent. */
  fallback: string;
  kind: string;
  known: Readonly<Record<string, PluginSchema>>;
}

/** A plug-in's options with its defaults filled in. */
export interface ResolvedOptions {
  at: FieldPath;
  options: unknown;
}

/**
 * Checks every plug-in id and its options. Works on the raw tree, so that options are looked at even when
 * another field of the section is wrong.
 */
export function resolvePluginOptions(
  tree: unknown,
  plugins: SpecPlugins,
): { resolved: ResolvedOptions[]; issues: SpecIssue[] } {
  const resolved: ResolvedOptions[] = [];
  const issues: SpecIssue[] = [];
  for (const site of pluginSites(tree, plugins)) {
    const section = valueAt(tree, site.at);
    if (section !== undefined && !isMap(section)) continue; // the section's own schema tells
    const id = valueAt(section, [site.idKey]) ?? site.fallback;
    if (typeof id !== 'string') continue;
    if (!Object.hasOwn(site.known, id)) {
      const names = Object.keys(site.known);
      const expected = `a ${site.kind}: ${listNames(names)}`;
      issues.push({ path: [...site.at, site.idKey], text: mismatch(id, expected) + didYouMean(id, names) });
      continue;
    }
    const at = [...site.at, 'options'];
    const options = valueAt(section, ['options']);
    const result = check(site.known[id]!.options, options === undefined ? {} : options, at);
    issues.push(...result.issues);
    if (result.issues.length === 0) resolved.push({ at, options: result.value });
  }
  return { resolved, issues };
}

function pluginSites(tree: unknown, plugins: SpecPlugins): PluginSite[] {
  const tasks = valueAt(tree, ['tasks']);
  const count = Array.isArray(tasks) ? tasks.length : 2;
  return [
    { at: ['data'], idKey: 'set', fallback: 'multi-mnist', kind: 'data set', known: plugins.dataSets },
    { at: ['strategy'], idKey: 'id', fallback: 'mtl-nas', kind: 'strategy', known: plugins.strategies },
    ...Array.from({ length: count }, (_, index): PluginSite => ({
      at: ['tasks', index, 'backbone'],
      idKey: 'id',
      fallback: 'vgg-mini',
      kind: 'backbone',
      known: plugins.backbones,
    })),
  ];
}
