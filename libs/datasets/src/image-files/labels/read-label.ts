import { decodePng, decodePngNumbers } from '@taskweave/images';

import { nameOf, type ListedFile } from '../example.js';
import { readInRoot } from '../file-in-root.js';
import { parseNpy } from '../npy.js';
import type { Planes } from '../planes.js';
import { decodeDepth } from './depth.js';
import type { LabelFormat } from './label-format.js';
import { invalidLabel } from './invalid-label.js';
import { decodeNormals } from './normals.js';
import { decodeClasses } from './segmentation.js';
import { decodeSoftClasses } from './soft-classes.js';

/** A label before it is put into a batch: a map that lies over the image, a class, or a number per class. */
export type Label = Planes | number | Float32Array;

/**
 * Reads a label.
 *
 * @param stored the file, or the class itself
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming the file and its line
 */
export async function readLabel(
  root: string,
  format: LabelFormat,
  stored: ListedFile | number,
): Promise<Label> {
  if (typeof stored === 'number') return stored;
  const bytes = await readInRoot(root, stored);
  const subject = nameOf(stored);
  const isNpy = stored.path.endsWith('.npy');
  switch (format.kind) {
    case 'segmentation':
      return decodeClasses(decodePngNumbers(bytes, subject), format.outputs, subject);
    case 'surface-normals':
      return decodeNormals(
        isNpy ? parseNpy(bytes, subject) : decodePng(bytes, subject),
        format.encoding,
        subject,
      );
    case 'depth':
      return decodeDepth(
        isNpy ? parseNpy(bytes, subject) : decodePngNumbers(bytes, subject),
        format,
        subject,
      );
    case 'soft-classification':
      return decodeSoftClasses(parseNpy(bytes, subject), format, subject);
    case 'classification':
      throw invalidLabel(subject, 'a file', 'a class');
  }
}
