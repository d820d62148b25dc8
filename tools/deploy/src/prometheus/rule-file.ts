import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { DEPLOY } from '../deploy-folder.js';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

export const RULE_FILE = `${DEPLOY}/prometheus/rules/taskweave.yml`;

export function readRules(): RuleFile {
  return parse(readFileSync(RULE_FILE, 'utf8')) as RuleFile;
}

/** What rules wait for when they are in a hurry. */
const SECONDS = '4s';

/**
 * The same rules for somebody who cannot wait for hours: every time in them is a few seconds, so they look at the same facts over a
 * shorter while. Thresholds stay, but for those that are times or counts over times.
 */
export function hurried({ groups }: RuleFile): RuleFile {
  return {
    groups: groups.map(({ name, rules }) => ({
      name,
      rules: rules.map(({ for: _, ...rule }) => ({
        ...rule,
        expr: rule.expr
          .replace(/\[\d+[mh]\]/g, `[${SECONDS}]`)
          .replace(/offset \d+[mh]/g, `offset ${SECONDS}`)
          // Seconds since a checkpoint; crashes in half an hour.
          .replace('> 3600', '> 3')
          .replace(/(restarts_total.*)> 2/, '$1> 0'),
      })),
    })),
  };
}
