import { decodeSafetensors } from '@taskweave/checkpoints';
import { describe, expect, it } from 'vitest';
import { CODE_VERSION } from '../run/code-version.js';
import type { ExportFormat } from './export-format.js';
import { exportNetwork, TOLERANCE } from './export-network.js';
import { EXPORT_FORMATS } from './formats.js';
import { tinyFinishedNetwork } from './testing.js';

const finished = tinyFinishedNetwork();

/** A format whose files have one weight too large. */
function wrong(format: ExportFormat): ExportFormat {
  return {
    ...format,
    write({ graph, ...options }) {
      const parameters = { ...graph.parameters };
      const { shape, data } = parameters['left/head/classifier/bias']!;
      const spoiled = Float32Array.from(data, (value, i) => (i === 0 ? value + 1 : value));
      parameters['left/head/classifier/bias'] = { dtype: 'float32', shape, data: spoiled };
      return format.write({ ...options, graph: { ...graph, parameters } });
    },
  };
}

describe.each(Object.values(EXPORT_FORMATS))('an export as $id', (format) => {
  it('computes what the evaluation does', async () => {
    const { difference, parameters } = await exportNetwork(finished, format, 'dynamic');
    expect(difference).toBeLessThan(TOLERANCE);
    expect(difference).toBeGreaterThanOrEqual(0);
    // Kernels, and a bias for each: the norms are gone.
    const kernels = Object.entries(finished.parameters).filter(([name]) => name.endsWith('/weight'));
    const expected = kernels.reduce((sum, [, { shape, data }]) => sum + data.length + shape.at(-1)!, 0);
    expect(parameters).toBe(expected);
  });

  it('is refused when it does not', async () => {
    await expect(exportNetwork(finished, wrong(format), 'dynamic')).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining(`same as ${format.id}`),
    });
  });

  it('has the same bytes every time', async () => {
    const [first, second] = [
      await exportNetwork(finished, format, 2),
      await exportNetwork(finished, format, 2),
    ];
    expect(second.files).toEqual(first.files);
  });
});

it('describes the network in the header of a safetensors file', async () => {
  const { files } = await exportNetwork(finished, EXPORT_FORMATS['safetensors']!, 'dynamic');
  const { metadata } = decodeSafetensors([...files.values()][0]!, 'test');
  expect(metadata).toMatchObject({
    format: 'taskweave-folded',
    run: 'tiny',
    step: '7',
    version: CODE_VERSION,
  });
  expect(JSON.parse(metadata['spec']!)).toEqual(finished.plan.spec);
  expect(JSON.parse(metadata['tasks']!)).toEqual(finished.plan.tasks);
  expect(JSON.parse(metadata['metrics']!)).toEqual(finished.metrics);
  expect(JSON.parse(metadata['edges']!)).toEqual(finished.network.edges.map(({ id }) => id));
  expect(JSON.parse(metadata['image']!)).toMatchObject({
    shape: [12, 12, 1],
    normalisation: { mean: [0], deviation: [255] },
  });
});
