/** Small data sets on disk, for tests of other projects too. */
export { newFolder, npy, png, writeIn } from './image-files/testing.js';
export { HEIGHT, WIDTH, writeNyuv2 } from './nyuv2/testing.js';
