/** The projects of the workspace as they lie on the disk. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder everything is in. */
export const ROOT = join(import.meta.dirname, '../../..');

/** Folders of all projects, such as `libs/engine`, from the root. */
export function projects(): string[] {
  return ['libs', 'services', 'tools'].flatMap((group) =>
    readdirSync(join(ROOT, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${group}/${name}`),
  );
}

/** TypeScript files of a project, tests among them, from the root. */
export function sourceFiles(project: string): string[] {
  return (
    readdirSync(join(ROOT, project, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1))
      // Made for a moment by layers.spec.ts, which may run beside.
      .filter((file) => !file.includes('/layers-probe-'))
  );
}
