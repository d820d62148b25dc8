import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { projects, ROOT, sourceFiles } from './projects.js';

/** Whether a spec is beside its source, or is about a whole folder and named after it. */
function namesItsSource(spec: string): boolean {
  const subject = spec.slice(0, -'.spec.ts'.length);
  const folder = dirname(spec);
  // The `src` of a project is that project.
  const inside = basename(folder) === 'src' ? basename(dirname(folder)) : basename(folder);
  return (
    existsSync(join(ROOT, `${subject}.ts`)) || existsSync(join(ROOT, subject)) || basename(subject) === inside
  );
}

it.each(projects().filter((project) => project !== 'tools/workspace'))(
  'every spec of %s has the name of a file or folder',
  (project) => {
    const specs = sourceFiles(project).filter((file) => file.endsWith('.spec.ts'));
    expect(specs.filter((spec) => !namesItsSource(spec))).toEqual([]);
  },
);
