import { TaskweaveError } from '@taskweave/common';
import { DataServiceClient } from '@taskweave/contracts';
import { connect, launchInProcess, type Connection, type RunningService } from '@taskweave/service-kit';
import { resolveSpec } from '@taskweave/spec';
import { mutate, mutations, type Container } from '@taskweave/spec/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePlan } from './plan.js';
import { plugins } from './plugins.js';

let data: RunningService;
let connection: Connection<(typeof DataServiceClient)['service']>;

beforeAll(async () => {
  data = await launchInProcess('@taskweave/data-loader');
  connection = connect(DataServiceClient, data.address, { name: 'data-loader' });
});

afterAll(async () => {
  connection.close();
  await data.stop();
});

/** Fields at the root of a spec; a message about a config has to name one, with or without what lies below. */
const FIELD =
  /\b(name|seed|method|steps|engine|data|tasks|space|fusion|strategy|optimizer|evaluation|checkpoint|trainers)\b|unknown key|task "/;

describe('a randomly mutated config', () => {
  it('can be run or is refused by field, with the real plug-ins and data', async () => {
    const whole = JSON.stringify(resolveSpec({}, plugins));
    const counts = { runnable: 0, refused: 0 };
    const { signal } = new AbortController();
    await fc.assert(
      fc.asyncProperty(fc.array(mutations, { minLength: 1, maxLength: 3 }), async (changes) => {
        const tree = JSON.parse(whole) as Container;
        changes.forEach((change) => mutate(tree, change));
        // What a file can hold: the rest of the damage is for libs/spec to test.
        const writable = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
        const text = JSON.stringify(tree, writable);
        try {
          const spec = resolveSpec({ file: { name: 'config.yaml', text } }, plugins);
          expect((await makePlan(spec, connection, signal)).networks).toHaveLength(spec.tasks.length);
          counts.runnable++;
        } catch (thrown) {
          counts.refused++;
          expect(thrown).toBeInstanceOf(TaskweaveError);
          const error = thrown as TaskweaveError;
          expect(error.exitCode, `${error.message}\n${text}`).toBe(2);
          expect(`${error.subject}\n${error.message}`).toMatch(FIELD);
        }
      }),
      { seed: 20_200_614, numRuns: 1000 },
    );
    expect(counts.runnable).toBeGreaterThan(50);
    expect(counts.refused).toBeGreaterThan(300);
  });
});
