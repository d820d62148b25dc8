import type { BackboneDefinition } from './backbone.js';
import { vggMini } from './vgg-mini/backbone.js';

/** All backbones by id. */
export const backbones: Readonly<Record<string, BackboneDefinition<never>>> = {
  [vggMini.id]: vggMini as BackboneDefinition<never>,
};
