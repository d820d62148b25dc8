import { readFileSync } from 'node:fs';

/** Version of this Taskweave, as runs and models record it. */
export const CODE_VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
