import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../deploy-folder.js';
import { describeObject, type KubernetesObject } from './render.js';

/** The file that the compiler is told exists. */
const FILE = join(ROOT, 'tools/deploy/src/kubernetes/objects-to-check.ts');

/** Packages whose types know KEDA's kinds; all other kinds are Kubernetes' own. */
const KEDA = 'keda.sh/';

/**
 * Fields that no type of Kubernetes has, such as `readnessProbe`, with what TypeScript says of them. Schemas let them pass, and so
 * does a server that is not asked to be strict. Each object is written as a literal of its type, and compiled.
 */
export function unknownFields(objects: readonly KubernetesObject[]): string[] {
  const source = objects.map(literal).join('\n');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  const libraries = dirname(createRequire(import.meta.url).resolve('typescript'));
  host.getDefaultLibLocation = () => libraries;
  host.fileExists = (file) => file === FILE || fileExists.call(host, file);
  host.getSourceFile = (file, language) =>
    file === FILE ? ts.createSourceFile(file, source, language) : getSourceFile.call(host, file, language);
  const program = ts.createProgram([FILE], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line;
    return `${owner(source, line)}: ${text}`;
  });
}

function literal(object: KubernetesObject, index: number): string {
  const { apiVersion, kind } = object;
  const path = apiVersion.startsWith(KEDA)
    ? `@kubernetes-models/keda/${apiVersion}/${kind}`
    : `kubernetes-models/${apiVersion}/${kind}`;
  return [
    `// ${describeObject(object)}`,
    `import type { I${kind} as Type${index} } from '${path}';`,
    `export const object${index}: Type${index} = ${JSON.stringify(object, null, 1)};`,
  ].join('\n');
}

/** The object that a line belongs to. */
function owner(source: string, line: number): string {
  const comments = source.split('\n').slice(0, line + 1);
  return comments.findLast((text) => text.startsWith('// '))?.slice(3) ?? '';
}
