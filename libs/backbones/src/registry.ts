import type { BackboneDefinition } from './backbone.js';
import { resnet50 } from './resnet-50/backbone.js';
import { vgg16DeeplabLfov } from './vgg16-deeplab-lfov/backbone.js';
import { vggMini } from './vgg-mini/backbone.js';

/** All backbones by id. */
export const backbones: Readonly<Record<string, BackboneDefinition<never>>> = {
  [resnet50.id]: resnet50 as BackboneDefinition<never>,
  [vgg16DeeplabLfov.id]: vgg16DeeplabLfov as BackboneDefinition<never>,
  [vggMini.id]: vggMini as BackboneDefinition<never>,
};
