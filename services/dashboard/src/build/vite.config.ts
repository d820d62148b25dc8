import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the page is built from and to, seen from `src/build` and `dist/build` alike. */
export const PAGE = here('../../src/page');
export const BUILT_PAGE = here('../../dist/page');

/** How the page is built, and served while somebody works on it (`npx vite --config services/dashboard/src/build/vite.config.ts`). */
export default defineConfig({
  root: PAGE,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { outDir: BUILT_PAGE, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  // The server of a dashboard that shows real runs: npx taskweave dashboard
  server: { proxy: { '/api': 'http://127.0.0.1:7420' } },
});
