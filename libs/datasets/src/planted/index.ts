import { defineDataSet } from '../data-set.js';
import { openPlanted } from './data-set.js';
import { plantedOptions } from './options.js';

/**
 * Stripes on several channels, for finding out whether a search finds what it should. Task `channel-<t>` names the
 * direction of the stripes of its own channel and, of those of one other, its partner: class = own x directions + partner.
 * Channels are independent. So where a task's network is given its own channel alone
 * (`backbone.inputChannels`), only an edge from its partner's network can tell it more, and which edges are useful is
 * known.
 */
export const planted = defineDataSet({
  id: 'planted',
  options: plantedOptions,
  open: async (options) => openPlanted(options),
});
