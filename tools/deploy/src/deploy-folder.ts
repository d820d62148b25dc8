import { fileURLToPath } from 'node:url';

/** The root of the workspace, from `src` and from `dist`. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

/** What is checked here. */
export const DEPLOY = `${ROOT}/deploy`;
