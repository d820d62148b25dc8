export { convert } from './convert.js';
export { enlarge } from './enlarge.js';
export { decodeJpeg } from './jpeg.js';
export { decodePng, decodePngNumbers, encodePng } from './png.js';
export { raster, type Raster } from './raster.js';
export { readImage } from './read-image.js';
export { resize } from './resize.js';
export { sheet } from './sheet.js';
