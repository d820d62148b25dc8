import { defineDataSet } from '../data-set.js';
import { openImageFolder } from './data-set.js';
import { imageFolderOptions } from './options.js';

/** Own images and labels in a folder, listed by a manifest that also declares the tasks; see `manifest.ts`. */
export const imageFolder = defineDataSet({
  id: 'image-folder',
  options: imageFolderOptions,
  open: openImageFolder,
  inputScale: ({ mean, deviation }) => Promise.resolve({ mean, deviation }),
});
