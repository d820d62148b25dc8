import { defineDataSet } from '../data-set.js';
import { openTaskonomy } from './data-set.js';
import { taskonomyOptions } from './options.js';

/**
 * Taskonomy (Zamir et al., "Taskonomy: disentangling task transfer learning", CVPR 2018) as it is downloaded: a folder
 * per domain with a folder per building, files `point_P_view_V_domain_X`. Its tasks are the domains found of objects,
 * scenes, normals and depth.
 */
export const taskonomy = defineDataSet({
  id: 'taskonomy',
  options: taskonomyOptions,
  open: openTaskonomy,
  inputScale: ({ mean, deviation }) => Promise.resolve({ mean, deviation }),
});
