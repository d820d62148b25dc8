import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** [project, what it imports, the layers concerned] */
const AGAINST: [string, string, string][] = [
  ['libs/search-space', '@taskweave/engine', 'domain -> compute'],
  ['libs/engine', '@taskweave/service-kit', 'compute -> platform'],
  ['libs/checkpoints', '@taskweave/architect', 'platform -> service'],
  ['services/evaluator', '@taskweave/data-loader', 'service -> service'],
];
const ALONG: [string, string] = ['services/evaluator', '@taskweave/engine'];

/** Files with one import each, in real project folders: eslint wants them to belong to a tsconfig. */
const probes = new Map<string, string>();
/** Rules broken, by file. */
const broken = new Map<string, string[]>();

async function writeProbe(project: string, imported: string): Promise<void> {
  const folder = await mkdtemp(join(root, project, 'src/layers-probe-'));
  const file = join(folder, 'probe.ts');
  await writeFile(file, `import * as imported from '${imported}';\n\nexport const probe = imported;\n`);
  probes.set(`${project} ${imported}`, file);
}

beforeAll(async () => {
  for (const [project, imported] of [...AGAINST, ALONG]) await writeProbe(project, imported);
  const run = promisify(execFile);
  const bin = (name: string): string => join(root, 'node_modules/.bin', name);
  const options = { cwd: root, env: { ...process.env, NX_DAEMON: 'false' } };
  // The rule takes the layers from Nx's project graph on disk, and is skipped in silence where there is none yet.
  await run(bin('nx'), ['show', 'projects'], options);
  const report = join(dirname(probes.values().next().value!), 'report.json');
  // Not from standard output, where Nx may have something to say as well.
  const arguments_ = ['--format', 'json', '--output-file', report, ...probes.values()];
  // eslint ends with an error as soon as one probe is refused; what matters is the report.
  await run(bin('eslint'), arguments_, options).catch(() => undefined);
  const results = JSON.parse(await readFile(report, 'utf8')) as {
    filePath: string;
    messages: { ruleId: string }[];
  }[];
  for (const { filePath, messages } of results) {
    broken.set(
      filePath,
      messages.map(({ ruleId }) => ruleId),
    );
  }
});

afterAll(async () => {
  for (const file of probes.values()) await rm(dirname(file), { recursive: true });
});

describe('lint', () => {
  it.each(AGAINST)('refuses %s -> %s (%s)', (project, imported) => {
    expect(broken.get(probes.get(`${project} ${imported}`)!)).toEqual(['@nx/enforce-module-boundaries']);
  });

  it('allows imports along the layers', () => {
    expect(broken.get(probes.get(ALONG.join(' '))!)).toEqual([]);
  });
});
