import { TaskweaveError } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { averageGradients } from './average.js';
import { parsePlan } from './plan.js';
import { SearchSession } from './search-session.js';
import { gradientAt, planJson } from './testing.js';

const plan = parsePlan(planJson());

function run(session: SearchSession, until: number): SearchSession {
  while (session.step < until) session.update(averageGradients([gradientAt(session.step, session.edges)]));
  return session;
}

describe('SearchSession', () => {
  it('continues from a snapshot to the same bits', () => {
    const half = run(new SearchSession(plan), 20).snapshot();
    const resumed = new SearchSession(plan, half.stateJson);
    expect(resumed.step).toBe(20);
    expect(resumed.snapshot()).toEqual(half);
    expect(run(resumed, 40).snapshot()).toEqual(run(new SearchSession(plan), 40).snapshot());
  });

  it('stays as it was when an update fails', () => {
    const session = run(new SearchSession(plan), 3);
    const before = session.snapshot();
    const broken = averageGradients([gradientAt(3, session.edges)]);
    broken.gateGradients[5] = NaN;
    expect(() => session.update(broken)).toThrowError(expect.objectContaining({ code: 'NOT_FINITE' }));
    expect(session.snapshot()).toEqual(before);
  });

  it('does not go on after the last step', () => {
    const session = run(new SearchSession(plan), 60);
    expect(() => run(session, 61)).toThrowError(
      expect.objectContaining({ code: 'REQUEST_OUT_OF_ORDER', expected: 'steps 0 to 59' }),
    );
  });

  it('keeps the edges above zero', () => {
    const { alpha, kept, discreteGates, softGates } = run(new SearchSession(plan), 40).snapshot();
    expect(kept).toEqual(alpha.flatMap((value, edge) => (value > 0 ? [edge] : [])));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(alpha.length);
    expect(discreteGates).toEqual(alpha.map((value) => (value > 0 ? 1 : 0)));
    expect(softGates).toEqual(alpha.map((value) => expect.closeTo(1 / (1 + Math.exp(-value)), 12) as number));
  });

  const saved = new SearchSession(plan).snapshot().stateJson;
  it.each([
    ['text that is not JSON', '{'],
    ['null', 'null'],
    ['a state of another strategy', saved.replace('"mtl-nas"', '"other"')],
    ['a step that is none', saved.replace('"step":0', '"step":-1')],
    ['a state without alpha', '{"strategy":"mtl-nas","step":0,"state":{"step":0}}'],
    ['a state of another space', saved.replace('"alpha":[0,', '"alpha":[')],
    ['a number that is none', saved.replace('"alpha":[0,', '"alpha":[null,')],
  ])('refuses to continue from %s', (_, stateJson) => {
    expect(stateJson).not.toBe(saved);
    let thrown: unknown;
    try {
      new SearchSession(plan, stateJson);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TaskweaveError);
    expect(thrown).toMatchObject({ code: 'CHECKPOINT_DAMAGED', subject: 'state_json' });
  });
});

describe('parsePlan', () => {
  it.each([
    ['text that is not JSON', 'x', 'plan'],
    ['null', 'null', 'plan.spec'],
    ['no networks', '{"spec":{},"method":"search"}', 'plan.networks'],
    ['an unknown strategy', planJson({ strategy: { id: 'none' } }), 'strategy.id'],
    ['bad options', planJson({ strategy: { options: { rate: 1 } } }), 'plan.spec.strategy.options'],
  ])('refuses %s', (_, json, subject) => {
    expect(() => parsePlan(json)).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID', subject }));
  });
});
