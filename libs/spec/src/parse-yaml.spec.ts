import { TaskweaveError } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { MAX_SPEC_BYTES, parseYaml } from './parse-yaml.js';
import { parseSpecYaml } from './resolve-spec.js';
import { testPlugins } from './test-plugins.js';

function failure(text: string): TaskweaveError {
  try {
    parseSpecYaml(text, 'search.yaml', testPlugins);
  } catch (error) {
    expect(error).toBeInstanceOf(TaskweaveError);
    expect((error as TaskweaveError).code).toBe('CONFIG_INVALID');
    return error as TaskweaveError;
  }
  throw new Error('the text was accepted');
}

describe('parseYaml', () => {
  it('reads YAML and JSON', () => {
    expect(parseYaml('steps: 5 # few\ntasks:\n  - id: left\n', 'a').tree).toEqual({
      steps: 5,
      tasks: [{ id: 'left' }],
    });
    expect(parseYaml('{"steps": 5}', 'a').tree).toEqual({ steps: 5 });
  });

  it.each<[string, string, RegExp]>([
    [
      'a syntax error',
      'steps: 5\noptimizer: [1, 2\n',
      /search\.yaml is not valid YAML at line \d, column \d/,
    ],
    [
      'a duplicate key',
      'steps: 5\nseed: 1\nsteps: 6\n',
      /at line 3, column 1: Map keys must be unique, and steps is there twice/,
    ],
    ['a tab as indentation', 'data:\n\tset: x\n', /at line 2, column \d/],
    ['two documents', 'steps: 5\n---\nsteps: 6\n', /at line 2, column 1/],
    ['an unknown tag', 'steps: !secret 5\n', /at line 1, column 8/],
    ['an anchor', 'steps: &a 5\nseed: 1\n', /anchor or alias at line 1, column 11/],
    ['an alias', 'seed: *b\n', /line 1, column 7/],
    ['lists nested too deep', '['.repeat(200_000), /search\.yaml is nested too deep at line 1\./],
    ['blocks nested too deep', '- '.repeat(200_000), /nested too deep/],
    ['keys nested too deep', '? '.repeat(200_000), /nested too deep/],
    ['a large text', `name: ${'x'.repeat(MAX_SPEC_BYTES)}`, /too large/],
    ['an empty text', '', /found an empty file, expected a map such as/],
    ['a comment only', '# nothing\n', /found an empty file/],
    ['a list', '- steps: 5\n', /found a list of 1 item, expected a map such as .* \(search\.yaml\)/],
    ['a word', 'hello', /found "hello"/],
  ])('refuses %s', (_, text, message) => {
    expect(failure(text).message).toMatch(message);
  });

  it('refuses a bomb of aliases before it grows', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 30; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(failure(lines.join('\n')).message).toContain('anchor or alias');
  });

  it('says where in the file a wrong field stands', () => {
    const { message } = failure('seed: 1\noptimizer:\n  momentum: 0.5\n  learningRat: 1\nsteps: 0\n');
    expect(message).toContain(
      "optimizer.learningRat: unknown key; did you mean 'learningRate'? (search.yaml, line 4",
    );
    expect(message).toContain(
      'steps: found 0, expected an integer from 1 to 2147483647 (search.yaml, line 5',
    );
  });
});
