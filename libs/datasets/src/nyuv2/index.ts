import { defineDataSet } from '../data-set.js';
import { NYUV2_TASKS, openNyuv2, readMean } from './data-set.js';
import { nyuv2Options } from './options.js';

/**
 * The labelled images of NYU Depth v2 (Silberman et al., "Indoor segmentation and support inference from RGBD images",
 * ECCV 2012) with 40 classes and surface normals, in the folders that MTL-NAS and NDDR-CNN use.
 */
export const nyuv2 = defineDataSet({
  id: 'nyuv2',
  options: nyuv2Options,
  tasks: NYUV2_TASKS,
  open: openNyuv2,
  inputScale: async ({ root }) => ({ mean: await readMean(root), deviation: [1] }),
});
