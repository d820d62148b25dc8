import type { Context } from 'hono';
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** The built page: `dist/page`, from here as well as from the sources. */
const FOLDER = fileURLToPath(new URL('../../dist/page', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** Its name follows from its contents. */
  readonly lasting: boolean;
}

/** The files of the page, all in memory: they are few and small, and no path of a request ever becomes one of a file. */
export function loadPage(): (context: Context) => Response {
  const files = new Map<string, PageFile>();
  for (const entry of listFiles()) {
    const plain = new Uint8Array(readFileSync(join(FOLDER, entry)));
    const gzip = new Uint8Array(gzipSync(plain));
    const type = TYPES[extname(entry)] ?? 'application/octet-stream';
    files.set(`/${entry}`, { type, plain, gzip, lasting: entry.startsWith('assets/') });
  }
  return (context) => {
    const file = files.get(context.req.path === '/' ? '/index.html' : context.req.path);
    if (file === undefined) {
      const missing = files.size === 0;
      return context.text(
        missing ? 'The page is not built. Run: npm run build' : 'Not found',
        missing ? 500 : 404,
      );
    }
    const zipped = (context.req.header('accept-encoding') ?? '').includes('gzip');
    return context.body(zipped ? file.gzip : file.plain, 200, {
      'content-type': file.type,
      'cache-control': file.lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(zipped && { 'content-encoding': 'gzip' }),
    });
  };
}

function listFiles(): string[] {
  try {
    return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(FOLDER.length + 1)
          .replaceAll('\\', '/'),
      );
  } catch {
    return [];
  }
}
