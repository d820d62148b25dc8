import { expect, it } from 'vitest';
import { chromeTrace } from './chrome-trace.js';
import { flameGraph } from './flame-graph.js';
import { parseProfile } from './ort-profile.js';
import { AROUND, profileStep } from './step-profile.js';

const node = (name: string, op: string, ts: number, dur: number) => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  ts,
  dur,
  args: { op_name: op },
});
const call = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur, args: {} });

/** A first call that is left out, and two that count. */
const text = JSON.stringify([
  call(0, 900),
  node('left/conv1/Conv2D/Conv', 'Conv', 10, 800),
  call(1000, 500),
  node('left/conv1/Conv2D/Conv', 'Conv', 1010, 300),
  node('left/conv1:grad/Relu/Mul', 'Mul', 1400, 50),
  call(2000, 500),
  node('left/conv1/Conv2D/Conv', 'Conv', 2010, 100),
  node('left/conv1:grad/Relu/Mul', 'Mul', 2400, 50),
]);
const program = parseProfile('weight-step', text, 1);
const profile = profileStep([
  { name: 'data', seconds: 0.0001 },
  { name: 'weight pass', seconds: 0.0006, program },
]);

it('leaves out the first calls', () => {
  expect(program.runs).toEqual([
    { start: 1000, duration: 500 },
    { start: 2000, duration: 500 },
  ]);
  expect(program.nodes.map(({ start }) => start)).toEqual([1010, 1400, 2010, 2400]);
});

it('adds up a step by phase, layer, kernel and op, and loses no time', () => {
  expect(profile.layers.get('left/conv1')!.forward).toBeCloseTo(200e-6, 12);
  expect(profile.layers.get('left/conv1')!.gradient).toBeCloseTo(50e-6, 12);
  expect(profile.kernels.get('Relu')).toBeCloseTo(50e-6, 12);
  expect(profile.ops.get('Conv')).toBeCloseTo(200e-6, 12);
  expect(profile.tree.seconds).toBeCloseTo(700e-6, 12);
  expect(profile.tree.children.get('weight pass')!.children.get(AROUND)!.seconds).toBeCloseTo(350e-6, 12);
});

it('draws rectangles as wide as their share', () => {
  const svg = flameGraph(profile.tree, 'a < b');
  expect(svg).toContain('a &lt; b');
  const width = (label: string): number =>
    Number(
      new RegExp(
        `<title>${label.replace(/[/()]/g, '\\$&')}: [^<]*</title><rect [^>]*?width="([\\d.]+)"`,
      ).exec(svg)?.[1],
    );
  expect(width('weight pass') / width('step')).toBeCloseTo(6 / 7, 3);
  expect(width('weight pass / left / conv1 / forward / Conv2D') / width('step')).toBeCloseTo(2 / 7, 3);
});

it('writes a trace with a track for each program', () => {
  const { traceEvents } = chromeTrace([program]);
  expect(traceEvents.filter(({ ph }) => ph === 'M')).toHaveLength(1);
  expect(traceEvents.filter(({ cat }) => cat === 'call').map(({ ts }) => ts)).toEqual([0, 1000]);
  expect(traceEvents.find(({ cat }) => cat === 'gradient')).toMatchObject({
    name: 'Mul',
    ts: 400,
    dur: 50,
    args: { layer: 'left/conv1', kernel: 'Relu' },
  });
});
