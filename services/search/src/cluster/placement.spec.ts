import type { Member } from '@taskweave/messaging';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLostService } from './lost-service.js';
import { place, type AskHealth, type MemberSource } from './placement.js';

/** Members that do not change. */
function membersOf(services: Readonly<Record<string, readonly string[]>>): MemberSource {
  const list = (service: string): Member[] =>
    (services[service] ?? []).map((name) => ({ service, name, address: `${name}:1` }));
  return { list, onChange: () => () => undefined, stop: () => Promise.resolve() };
}

const well: AskHealth = () => Promise.resolve(undefined);
const illAt =
  (...addresses: string[]): AskHealth =>
  (address) =>
    Promise.resolve(addresses.includes(address) ? 'does not answer' : undefined);
const idle = { trainers: new Set<string>(), shared: new Map<string, number>() };

const ALL = {
  'supernet-trainer': ['t1', 't2', 't3'],
  'data-loader': ['d1', 'd2'],
  architect: ['a1', 'a2'],
  evaluator: ['e1', 'e2'],
};

describe('a run', () => {
  it('gets free trainers, all evaluators, and the least busy of the others', async () => {
    const occupation = {
      trainers: new Set(['t1:1']),
      shared: new Map([
        ['d1:1', 2],
        ['a2:1', 1],
      ]),
    };
    expect(await place(2, membersOf(ALL), occupation, well)).toEqual({
      services: {
        'supernet-trainer': ['t2:1', 't3:1'],
        'data-loader': ['d2:1'],
        architect: ['a1:1'],
        evaluator: ['e1:1', 'e2:1'],
      },
    });
  });

  it('passes over members that do not answer', async () => {
    const placement = await place(1, membersOf(ALL), idle, illAt('t1:1', 'd1:1', 'e2:1'));
    expect(placement).toMatchObject({
      services: { 'supernet-trainer': ['t2:1'], 'data-loader': ['d2:1'], evaluator: ['e1:1'] },
    });
  });

  it.each([
    [2, { 'supernet-trainer': ['t1'] }, [], 'needs 2 trainers, and there is 1', false],
    [1, {}, [], 'needs a trainer, and there is none', false],
    [2, {}, ['t1:1', 't2:1'], 'waits for a trainer: 2 of 3 busy', true],
    [1, { evaluator: [] }, [], 'needs a service evaluator, and there is none', false],
  ])('that needs %i trainers and has %o waits', async (needed, changed, busy, waiting, holds) => {
    const services = Object.keys(changed).length === 0 && needed === 1 ? {} : { ...ALL, ...changed };
    const occupation = { ...idle, trainers: new Set(busy) };
    expect(await place(needed, membersOf(services), occupation, well)).toEqual({ waiting, holds });
  });

  it('tells which service does not answer, and does not hold up others for it', async () => {
    const trainers = illAt('t1:1', 't2:1', 't3:1');
    expect(await place(1, membersOf(ALL), idle, trainers)).toEqual({
      waiting: 'supernet-trainer t1 at t1:1 does not answer',
      holds: false,
    });
    expect(await place(1, membersOf(ALL), idle, illAt('a1:1', 'a2:1'))).toMatchObject({
      waiting: 'architect a1 at a1:1 does not answer',
    });
  });

  it('never gets a trainer that is busy or ill, and waits only when it has to', async () => {
    const subset = fc.subarray(['t1:1', 't2:1', 't3:1']);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), subset, subset, async (needed, busy, ill) => {
        const occupation = { ...idle, trainers: new Set(busy) };
        const placement = await place(needed, membersOf(ALL), occupation, illAt(...ill));
        const free = ['t1:1', 't2:1', 't3:1'].filter((one) => !busy.includes(one) && !ill.includes(one));
        if (free.length < needed) expect(placement).toHaveProperty('waiting');
        else expect(placement).toMatchObject({ services: { 'supernet-trainer': free.slice(0, needed) } });
      }),
    );
  });
});

describe('a running run', () => {
  const services = {
    'supernet-trainer': ['t1:1'],
    'data-loader': ['d1:1'],
    architect: ['a1:1'],
    evaluator: ['e1:1', 'e2:1'],
  };

  it('has lost nothing while members are there, or answer though they are silent', async () => {
    const nobodyAsked: AskHealth = (address) => Promise.reject(new Error(`asked ${address}`));
    expect(await findLostService(services, membersOf(ALL), nobodyAsked)).toBeUndefined();
    expect(await findLostService(services, membersOf({}), well)).toBeUndefined();
  });

  it('has lost a service that is silent and does not answer, unless another of its kind is left', async () => {
    const rest = { ...ALL, 'supernet-trainer': ['t2'], evaluator: ['e1'] };
    expect(await findLostService(services, membersOf(rest), illAt('e2:1'))).toBeUndefined();
    expect(await findLostService(services, membersOf(rest), illAt('t1:1'))).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      subject: 'supernet-trainer at t1:1',
    });
  });
});
