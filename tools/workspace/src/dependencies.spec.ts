import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { projects, ROOT, sourceFiles } from './projects.js';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8')) as T;
/** What tests and tools of every project may import. */
const shared = Object.keys(readJson<Manifest>('package.json').devDependencies!);

/** `@scope/name/part` and `name/part` without their parts; nothing for files of our own or of Node. */
function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Packages that a project imports, and names in quotes that may be one's: packages are also resolved by name. */
function usesOf(project: string): { imported: Set<string>; quoted: Set<string> } {
  const imported = new Set<string>();
  const quoted = new Set<string>();
  for (const file of sourceFiles(project)) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const name = packageOf(fileName);
      if (name !== undefined) imported.add(name);
    }
    for (const [, string] of text.matchAll(/['"]([^'"\n]+)['"]/g)) {
      const name = packageOf(string!);
      if (name !== undefined) quoted.add(name);
    }
  }
  return { imported, quoted };
}

describe.each(projects())('%s', (project) => {
  const { name: own, dependencies = {}, devDependencies = {} } = readJson<Manifest>(project, 'package.json');
  // Those of development are left out of an image (deploy/docker).
  const declared = Object.keys({ ...dependencies, ...devDependencies });
  const { imported, quoted } = usesOf(project);

  it('declares every package it imports', () => {
    const known = new Set([own, ...declared, ...shared]);
    expect([...imported].filter((name) => !known.has(name))).toEqual([]);
  });

  it('declares no package it does not use', () => {
    expect(declared.filter((name) => !quoted.has(name))).toEqual([]);
  });

  it('references in its tsconfig the projects it imports, and no others', () => {
    const { references } = readJson<{ references: { path: string }[] }>(project, 'tsconfig.json');
    const imports = [...imported].filter((name) => name.startsWith('@taskweave/') && name !== own);
    // Services are started by name and not compiled into the one that starts them, but must be built with it.
    const started = declared.filter((name) => name.startsWith('@taskweave/') && !imports.includes(name));
    const referenced = references.map(({ path }) => `@taskweave/${basename(path)}`);
    expect(referenced.sort()).toEqual([...imports, ...started].sort());
  });
});
