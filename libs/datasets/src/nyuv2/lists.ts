import { TaskweaveError } from '@taskweave/common';
import type { Example } from '../image-files/example.js';
import { listedFile } from '../image-files/file-in-root.js';
import { readLines, type Line } from '../image-files/read-text.js';

interface Entry {
  readonly image: string;
  readonly label: string;
  readonly at: string;
}

/**
 * The examples of `list/<name>_seg.txt` and `list/<name>_normal_mask.txt`: line by line the same images, each line
 * "<image path> <label path>", paths beginning with "/" at the root.
 *
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming file and line
 */
export async function readLists(root: string, name: 'training' | 'testing'): Promise<Example[]> {
  const read = async (labels: string): Promise<Entry[]> =>
    (await readLines(root, listedFile(`list/${name}_${labels}.txt`))).map(parseLine);
  const [classes, normals] = await Promise.all([read('seg'), read('normal_mask')]);
  classes.forEach((entry, i) => {
    const other = normals[i];
    if (other?.image !== entry.image) throw different(entry, other, `list/${name}_normal_mask.txt`, i);
  });
  const more = normals[classes.length];
  if (more !== undefined) throw different(more, undefined, `list/${name}_seg.txt`, classes.length);
  return classes.map((entry, i) => ({
    image: listedFile(entry.image, entry.at),
    labels: {
      segmentation: listedFile(entry.label, entry.at),
      normals: listedFile(normals[i]!.label, normals[i]!.at),
    },
  }));
}

function parseLine({ text, at }: Line): Entry {
  const [image, label, ...more] = text.trim().split(/\s+/);
  if (image !== undefined && label !== undefined && more.length === 0)
    return { image: atRoot(image), label: atRoot(label), at };
  throw new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'A line does not name one image and one label.',
    subject: at,
    found: text.trim(),
    expected: '<image path> <label path>',
  });
}

/** Paths begin with "/", which stands for the root. */
function atRoot(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

function different(entry: Entry, other: Entry | undefined, otherList: string, index: number): TaskweaveError {
  return new TaskweaveError({
    code: 'DATA_INVALID',
    message:
      other === undefined
        ? 'Two lists are of different length.'
        : 'Two lists name different images in one line.',
    subject: entry.at,
    found: other === undefined ? `no example ${index + 1} in ${otherList}` : `${other.image} (${other.at})`,
    expected: entry.image,
  });
}
