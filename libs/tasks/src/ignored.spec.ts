/** Whatever is labelled and however large a network's outputs are, losses and metrics of pixels are never NaN. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32, int32, type HostTensor } from '@taskweave/engine';
import { TESTED_ENGINES, normal } from '@taskweave/engine/testing';
import type { TaskDeclaration } from '@taskweave/spec';
import { IGNORED } from './ignored.js';
import { taskKinds } from './registry.js';
import { differentiate } from './testing.js';

const TASKS: readonly TaskDeclaration[] = [
  { id: 'a', kind: 'segmentation', outputs: 4 },
  { id: 'b', kind: 'surface-normals', outputs: 3 },
  { id: 'c', kind: 'depth', outputs: 1 },
];
const [BATCH, HEIGHT, WIDTH] = [2, 3, 4] as const;
const PIXELS = BATCH * HEIGHT * WIDTH;

/** Labels of one batch, of the pixels in `labelled` only. */
function labels({ kind, outputs }: TaskDeclaration, labelled: readonly number[]): HostTensor {
  const size = kind === 'surface-normals' ? 3 : 1;
  const values = new Array<number>(PIXELS * size).fill(IGNORED);
  for (const pixel of labelled) {
    for (let c = 0; c < size; c++) values[pixel * size + c] = size === 3 ? +(c === 2) : pixel % outputs;
  }
  return kind === 'segmentation'
    ? int32([BATCH, HEIGHT, WIDTH], values)
    : float32(size === 3 ? [BATCH, HEIGHT, WIDTH, 3] : [BATCH, HEIGHT, WIDTH], values);
}

/** Outputs at the size of the labels, of which pixels without a label differ from run to run. */
function outputs({ outputs: channels }: TaskDeclaration, scale: number): HostTensor {
  const { data } = normal('outputs', [BATCH, HEIGHT, WIDTH, channels]);
  return float32(
    [BATCH, HEIGHT, WIDTH, channels],
    Float32Array.from(data, (x) => x * scale),
  );
}

const pixel = fc.nat({ max: PIXELS - 1 });
const labelled = fc.oneof(
  fc.constant<number[]>([]),
  pixel.map((one) => [one]),
  fc.uniqueArray(pixel, { maxLength: PIXELS }),
);
const scale = fc.constantFrom(0, 1e-30, 1, 1e6, 1e15);

describe.each(TASKS)('$kind', (task) => {
  const kind = taskKinds[task.kind];
  const loss: Parameters<typeof differentiate>[1] = (output, label) => kind.loss(output, label, task);

  it.each(TESTED_ENGINES)(
    'has a finite loss and gradient on %s, 0 where nothing is labelled',
    async (engine) => {
      await fc.assert(
        fc.asyncProperty(labelled, scale, async (pixels, factor) => {
          const y = labels(task, pixels);
          const { value, gradient } = await differentiate(engine, loss, outputs(task, factor), y);
          expect([value, ...gradient].every(Number.isFinite)).toBe(true);
          gradient.forEach((slope, i) => {
            if (!pixels.includes(Math.floor(i / task.outputs))) expect(Math.abs(slope)).toBe(0);
          });
          if (pixels.length === 0) expect(Math.abs(value)).toBe(0);
        }),
        { numRuns: 15 },
      );
    },
  );

  it('has the same loss whatever is predicted where there is no label', async () => {
    const y = labels(task, [5]);
    const values = await Promise.all(
      [0, 1e30].map(async (elsewhere) => {
        const { shape, data } = outputs(task, 1);
        const x = data.map((value, i) => (Math.floor(i / task.outputs) === 5 ? value : elsewhere));
        return (await differentiate('cpu', loss, float32(shape, x as Float32Array), y)).value;
      }),
    );
    expect(values[0]).toBeGreaterThan(0);
    expect(values[1]).toBe(values[0]);
  });

  it('has a metric that is NaN without labels and finite with any', () => {
    fc.assert(
      fc.property(labelled, scale, (pixels, factor) => {
        const metric = kind.metric(task);
        metric.add(outputs(task, factor), labels(task, pixels));
        expect(Number.isFinite(metric.result().value)).toBe(pixels.length > 0);
      }),
    );
  });
});
