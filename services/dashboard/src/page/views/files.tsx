import type { ApiFile } from '../../api/types.js';
import { urlOf } from '../data/client.js';
import { formatBytes } from '../data/format.js';
import { Card, Nothing } from '../parts/card.js';

/** The model and other files of a run. */
export function Files({ run, files }: { run: string; files: readonly ApiFile[] }) {
  return (
    <Card id="files" title="Download">
      {files.length === 0 && <Nothing>There are no files yet.</Nothing>}
      <ul class="files">
        {files.map(({ name, bytes }) => (
          <li key={name}>
            <a href={urlOf('file', { run, name })} download>
              {name}
            </a>
            <span class="sub">{formatBytes(bytes)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
