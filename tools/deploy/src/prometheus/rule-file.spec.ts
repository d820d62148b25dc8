import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEPLOY } from '../deploy-folder.js';
import { hurried, readRules } from './rule-file.js';

const promtool = (...args: string[]): Promise<unknown> => promisify(execFile)('promtool', args);
const rules = readRules().groups.flatMap((group) => group.rules);

describe('promtool', () => {
  it.each(['prometheus.yml', 'local.yml'])('accepts %s, and the rules in it', async (name) => {
    await promtool('check', 'config', '--lint=all', `${DEPLOY}/prometheus/${name}`);
  });

  it('sees every alert fire when it should, and not before', async () => {
    await promtool('test', 'rules', `${DEPLOY}/prometheus/tests/alerts.yml`);
  });
});

it('provokes every alert in a test, and looks when it should not fire', () => {
  const { tests } = parse(readFileSync(`${DEPLOY}/prometheus/tests/alerts.yml`, 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const looks = tests.flatMap((test) => test.alert_rule_test);
  const named = (isFiring: boolean): string[] => [
    ...new Set(looks.filter((look) => look.exp_alerts.length > 0 === isFiring).map((look) => look.alertname)),
  ];
  const alerts = rules.map(({ alert }) => alert).sort();
  expect(named(true).sort()).toEqual(alerts);
  expect(named(false)).toEqual(
    expect.arrayContaining(alerts.filter((alert) => alert !== 'TaskweaveLossNotFinite')),
  );
});

it('says of every alert how bad it is, what is wrong and what to do', () => {
  for (const { alert, labels, annotations } of rules) {
    expect(alert).toMatch(/^Taskweave[A-Z]\w+$/);
    expect(['critical', 'warning']).toContain(labels['severity']);
    expect(Object.keys(annotations)).toEqual(['summary', 'action']);
  }
  const manual = readFileSync(`${DEPLOY}/../docs/kubernetes.md`, 'utf8');
  expect(rules.filter(({ alert }) => !manual.includes(`\`${alert}\``))).toEqual([]);
});

it('in a hurry waits for seconds', () => {
  const text = JSON.stringify(hurried(readRules()));
  expect(text).not.toMatch(/\d+[mh]\]|offset \d+m|"for"/);
  expect(text).toContain('changes(taskweave_run_step[4s]) == 0');
});
