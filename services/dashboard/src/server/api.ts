import { TaskweaveError } from '@taskweave/common';
import { Hono, type Context } from 'hono';
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { EventsAnswer, GatesAnswer, SeriesAnswer, TableName } from '../api/types.js';
import { bucketSize, bucketsOf } from './buckets.js';
import { comparisonOf } from './compare.js';
import { detailsOf } from './details.js';
import { DOWNLOADS } from './downloads.js';
import { streamState } from './event-stream.js';
import { membersOf } from './members.js';
import { picturePath, picturesOf } from './pictures.js';
import { integerIn, textIn, textsIn } from './query.js';
import type { RunFiles } from './run-files.js';
import type { RunLibrary } from './run-library.js';
import { summaries } from './summaries.js';

const TABLES: readonly string[] = ['steps', 'evaluations', 'phases'] satisfies TableName[];
const MOST_POINTS = 4_000;
const MOST_STEPS = 2 ** 31 - 1;
/** Events that are sent at once. */
const SHOWN_EVENTS = 500;
/** Most runs that are compared. */
const MOST_COMPARED = 12;

/**
 * What the page asks for, under `/api`. All of it is read from the folders of runs.
 *
 * @param stop ends streams of events
 */
export function createApi(library: RunLibrary, stop: AbortSignal): Hono {
  const api = new Hono();
  const run = (context: Context): Promise<RunFiles> => library.run(textIn(context, 'run'));

  api.get('/runs', async (context) => context.json(await summaries(library)));
  api.get('/run', async (context) => context.json(await detailsOf(await run(context))));
  api.get('/series', async (context) => context.json(seriesOf(await run(context), context)));
  api.get('/gates', async (context) => context.json(gatesOf(await run(context), context)));
  api.get('/events', async (context) => context.json(eventsOf(await run(context))));
  api.get('/members', async (context) => {
    const { folder, record } = await run(context);
    return context.json(await membersOf(folder, record));
  });
  api.get('/compare', async (context) => {
    const names = [...new Set(textsIn(context, 'run'))].slice(0, MOST_COMPARED);
    return context.json(await comparisonOf(await Promise.all(names.map((name) => library.run(name)))));
  });
  api.get('/pictures', async (context) => {
    const { folder } = await run(context);
    return context.json(picturesOf(folder, integerIn(context, 'step', [0, MOST_STEPS], 0)));
  });
  api.get('/picture', async (context) => {
    const { folder } = await run(context);
    const step = integerIn(context, 'step', [0, MOST_STEPS], 0);
    const picture = await readFile(picturePath(folder, step, textIn(context, 'file')));
    return context.body(new Uint8Array(picture), 200, {
      'content-type': 'image/png',
      'cache-control': 'private, max-age=3600',
    });
  });
  api.get('/file', async (context) => download(context, await run(context)));
  api.get('/stream', async (context) => {
    if (context.req.query('run') === undefined) {
      return streamState(context, stop, () => summaries(library));
    }
    const { name } = await run(context);
    return streamState(context, stop, async () => (await library.run(name)).news);
  });
  return api;
}

function seriesOf(files: RunFiles, context: Context): SeriesAnswer {
  const name = context.req.query('table') ?? 'steps';
  if (!TABLES.includes(name)) {
    throw new TaskweaveError({
      code: 'MESSAGE_INVALID',
      message: 'There is no such table.',
      subject: 'table',
      found: name,
    });
  }
  const table = files.tables[name as TableName];
  const from = integerIn(context, 'from', [0, MOST_STEPS], 0);
  const to = integerIn(context, 'to', [0, MOST_STEPS], Math.max(0, table.last));
  const points = integerIn(context, 'points', [1, MOST_POINTS], 600);
  const least = bucketSize(Math.max(0, Math.min(to, table.last) - from + 1), MOST_POINTS);
  const size = Math.max(
    least,
    integerIn(context, 'size', [1, MOST_STEPS], bucketSize(Math.min(to, table.last) - from + 1, points)),
  );
  const asked = textsIn(context, 'column');
  const columns = asked.length === 0 ? table.names : table.names.filter((column) => asked.includes(column));
  const { epoch } = files.counts;
  return {
    epoch,
    table: name as TableName,
    columns: table.names,
    ...bucketsOf(table, { columns, from, to, size }),
  };
}

function gatesOf({ gates, counts: { epoch } }: RunFiles, context: Context): GatesAnswer {
  const first = Math.min(integerIn(context, 'first', [0, MOST_STEPS], 0), gates.lines);
  return { epoch, first, edges: gates.edges, ...gates.since(first) };
}

function eventsOf({ events, counts: { epoch } }: RunFiles): EventsAnswer {
  return { epoch, events: events.slice(-SHOWN_EVENTS).reverse(), total: events.length };
}

function download(context: Context, { folder, name: run }: RunFiles): Response {
  const name = textIn(context, 'name');
  const type = Object.hasOwn(DOWNLOADS, name) ? DOWNLOADS[name] : undefined;
  const path = join(folder.path, name);
  const file = type === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (type === undefined || file?.isFile() !== true) {
    throw new TaskweaveError({
      code: 'FILE_MISSING',
      message: 'There is no such file.',
      subject: 'name',
      found: name,
    });
  }
  const shown = `${run.replaceAll('/', '-')}-${basename(name)}`.replace(/[^A-Za-z0-9._-]/g, '_');
  return context.body(Readable.toWeb(createReadStream(path)) as ReadableStream, 200, {
    'content-type': type,
    'content-length': String(file.size),
    'content-disposition': `attachment; filename="${shown}"`,
  });
}
