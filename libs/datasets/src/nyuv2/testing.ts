import { npy, png, writeIn } from '../image-files/testing.js';

export const WIDTH = 12;
export const HEIGHT = 9;

/**
 * A small data set of this layout. In example i an image's pixel at row y and column x is (10 x, 10 y, i), its class
 * x and its normal the byte triple (10 x, 255, 128), none in row 0.
 */
export async function writeNyuv2(root: string, sizes = { training: 8, testing: 3 }): Promise<void> {
  await writeIn(root, 'nyu_v2_mean.npy', npy(Float64Array.of(120, 110, 100)));
  for (const name of ['training', 'testing'] as const) {
    const folder = `nyu_train_val/${name}`;
    const lists: Record<'seg' | 'normal_mask', string> = { seg: '', normal_mask: '' };
    for (let i = 0; i < sizes[name]; i++) {
      const image = png(WIDTH, HEIGHT, (y, x) => [10 * x, 10 * y, i]);
      await writeIn(root, `${folder}/img/${i}.png`, image);
      await writeIn(
        root,
        `${folder}/seg/${i}.png`,
        png(WIDTH, HEIGHT, (y, x) => [y === 0 ? 255 : x]),
      );
      const normals = png(WIDTH, HEIGHT, (y, x) => (y === 0 ? [255, 255, 255] : [10 * x, 255, 128]));
      await writeIn(root, `${folder}/normal_mask/${i}.png`, normals);
      for (const list of ['seg', 'normal_mask'] as const)
        lists[list] += `/${folder}/img/${i}.png /${folder}/${list}/${i}.png\n`;
    }
    for (const list of ['seg', 'normal_mask'] as const)
      await writeIn(root, `list/${name}_${list}.txt`, lists[list]);
  }
}
