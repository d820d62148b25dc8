import { describe, expect, it } from 'vitest';
import { float32 } from '../host-tensor.js';
import { TESTED_ENGINES, differentiated, runProgram } from '../testing.js';
import { tf } from '../tf.js';
import { dropout } from './dropout.js';

const count = 2000;
const state = { x: float32([count], new Float32Array(count).fill(1)) };

function dropped(rate: number, step: number) {
  const program = differentiated(state, ({ x }) =>
    dropout(x!, rate, { seed: 3, stream: 'layer', step: tf.scalar(step, 'int32') }),
  );
  return (engine: (typeof TESTED_ENGINES)[number]) => runProgram(engine, program, { state });
}

describe.each(TESTED_ENGINES)('dropout on %s', (engine) => {
  it('keeps the expected share, scaled up, and passes the gradient to what it keeps', async () => {
    const { outputs } = await dropped(0.25, 1)(engine);
    const kept = [...outputs['y']!.data].filter((y) => y !== 0);
    expect(kept.length / count).toBeCloseTo(0.75, 1);
    const scale = 1 / 0.75;
    for (const y of kept) expect(y).toBeCloseTo(scale, 6);
    const s = 1 / (1 + Math.exp(-scale));
    const slope = 1 + scale * (s + scale * s * (1 - s));
    outputs['y']!.data.forEach((y, i) => {
      expect(outputs['d/x']!.data[i]).toBeCloseTo(y === 0 ? 1 : slope, 5);
    });
  });

  it('drops others in another step', async () => {
    const [first, second] = [await dropped(0.5, 1)(engine), await dropped(0.5, 2)(engine)];
    expect(first.outputs['y']!.data).not.toEqual(second.outputs['y']!.data);
  });

  it('of rate 0 changes nothing', async () => {
    const { outputs } = await dropped(0, 1)(engine);
    expect(outputs['y']).toEqual(state.x);
  });

  it.each([-0.1, 1, NaN])('refuses a rate of %d', async (rate) => {
    await expect(dropped(rate, 1)(engine)).rejects.toMatchObject({ code: 'INTERNAL', subject: 'layer' });
  });
});
