import { TaskweaveError, type Json } from '@taskweave/common';
import {
  ArchitectServiceClient,
  type ArchitectServiceService,
  type GateGradient,
  type OpenSearchRequest,
  type OptimizeRequest,
  type OptimizeResponse,
} from '@taskweave/contracts';
import { CrossTaskSpace } from '@taskweave/search-space';
import {
  callUnary,
  checkHealth,
  connect,
  launchProcess,
  openBidi,
  type BidiCall,
  type Connection,
  type RunningService,
} from '@taskweave/service-kit';
import { findStrategy } from '@taskweave/strategies';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { service } from './index.js';
import { gradientAt, networks, planJson } from './testing.js';

type Architect = Connection<typeof ArchitectServiceService>;

/** A trainer's side of Optimize. */
class Trainer {
  readonly call: BidiCall<OptimizeRequest, OptimizeResponse>;
  readonly run: string;

  constructor(architect: Architect, run: string) {
    this.call = openBidi(architect, 'optimize');
    this.run = run;
  }

  async join(step: number, member = 'trainer'): Promise<OptimizeResponse> {
    await this.call.send({ run: this.run, message: { $case: 'join', value: { step, member } } });
    return this.call.next();
  }

  async report(value: GateGradient): Promise<OptimizeResponse> {
    await this.call.send({ run: this.run, message: { $case: 'gradient', value } });
    return this.call.next();
  }
}

async function failure(promise: Promise<unknown>): Promise<TaskweaveError> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TaskweaveError);
  return thrown as TaskweaveError;
}

describe('architect', () => {
  let running: RunningService;
  let architect: Architect;
  let nextRun = 0;
  let nextSession = 0;
  beforeAll(async () => {
    running = await service.start({});
    architect = connect(ArchitectServiceClient, running.address, { name: 'architect' });
  });
  afterAll(async () => {
    architect.close();
    await running.stop();
  });

  /** Opens a search of its own and gives its name and number of edges. */
  async function open(
    members: string[] = ['trainer'],
    fields: Partial<OpenSearchRequest> = {},
  ): Promise<{ run: string; edges: number; step: number }> {
    const run = `run-${nextRun++}`;
    return { run, ...(await openSearch(run, { members, ...fields })) };
  }

  function openSearch(run: string, fields: Partial<OpenSearchRequest> = {}, at = architect) {
    const session = `session-${nextSession++}`;
    const common = { session, members: ['trainer'], deadlineMs: 0, stateJson: undefined };
    return callUnary(at, 'openSearch', { run, planJson: planJson(), ...common, ...fields });
  }

  const stateOf = (run: string) => callUnary(architect, 'getState', { run });

  async function train(
    trainer: Trainer,
    edges: number,
    from: number,
    until: number,
  ): Promise<OptimizeResponse[]> {
    const responses = [];
    for (let step = from; step < until; step++) responses.push(await trainer.report(gradientAt(step, edges)));
    return responses;
  }

  it('gives what the strategy gives when it is called directly', async () => {
    const { run, edges, step } = await open();
    const space = CrossTaskSpace.between(networks, { depthLimit: 3 });
    expect({ edges, step }).toEqual({ edges: space.edges.length, step: 0 });
    const strategy = findStrategy('mtl-nas');
    const context = { seed: 3, steps: 60, space, options: strategy.options.parse({ learningRate: 0.02 }) };
    let state: Json = strategy.init(context);

    const trainer = new Trainer(architect, run);
    const gates = () => [...strategy.propose(state, context).gates];
    expect(await trainer.join(0)).toEqual({
      step: 0,
      architectureGates: gates(),
      weightGates: [],
      metrics: undefined,
      lost: [],
    });
    for (let t = 0; t < 50; t++) {
      const gradient = gradientAt(t, edges);
      const observation = {
        gateGradients: Float64Array.from(gradient.gateGradients),
        losses: Object.fromEntries(gradient.losses.map(({ task, loss }) => [task, loss])),
      };
      const outcome = strategy.step(state, observation, context);
      state = outcome.state;
      expect(await trainer.report(gradient)).toEqual({
        step: t,
        weightGates: [...outcome.weightGates],
        architectureGates: gates(),
        metrics: outcome.metrics,
        lost: [],
      });
    }
    await trainer.call.close();
    const { alpha, softGates, probabilities, kept } = await stateOf(run);
    expect(alpha).toEqual((state as { alpha: number[] }).alpha);
    expect(alpha.some((value) => value !== 0)).toBe(true);
    expect(softGates).toEqual([...strategy.evaluationGates(state, context).soft]);
    expect(probabilities).toEqual([...strategy.result(state, context).probabilities]);
    expect(kept).toEqual(alpha.flatMap((value, edge) => (value > 0 ? [edge] : [])));
  });

  it('continues from a saved state to the same bits', async () => {
    const { run, edges } = await open();
    const trainer = new Trainer(architect, run);
    await trainer.join(0);
    await train(trainer, edges, 0, 20);
    const saved = await stateOf(run);
    const responses = await train(trainer, edges, 20, 40);

    const resumed = await open(['trainer'], { stateJson: saved.stateJson });
    expect(resumed.step).toBe(20);
    const other = new Trainer(architect, resumed.run);
    expect((await other.join(20)).architectureGates).toHaveLength(edges);
    expect(await train(other, edges, 20, 40)).toEqual(responses);
    expect(await stateOf(resumed.run)).toEqual(await stateOf(run));
    await Promise.all([trainer.call.close(), other.call.close()]);
  });

  it('goes back when the trainer was restored to an earlier step', async () => {
    const { run, edges } = await open();
    const lost = new Trainer(architect, run);
    await lost.join(0);
    await train(lost, edges, 0, 5);
    const saved = await stateOf(run);
    const [once] = await train(lost, edges, 5, 6);

    const early = new Trainer(architect, run);
    expect(await failure(early.join(5))).toMatchObject({
      code: 'REQUEST_OUT_OF_ORDER',
      found: 'step 5',
      expected: 'step 6',
    });
    await openSearch(run, { stateJson: saved.stateJson });
    expect(await failure(lost.report(gradientAt(5, edges)))).toMatchObject({ code: 'STOPPED' });

    const restored = new Trainer(architect, run);
    await restored.join(5);
    expect((await train(restored, edges, 5, 6))[0]).toEqual(once);
    await restored.call.close();
  });

  it('averages over members as if one had seen all examples', async () => {
    const [both, alone] = [await open(['a', 'b']), await open()];
    const { edges } = both;
    const [a, b] = [new Trainer(architect, both.run), new Trainer(architect, both.run)];
    const single = new Trainer(architect, alone.run);
    await a.join(0, 'a');
    await b.join(0, 'b');
    await single.join(0);
    for (let step = 0; step < 10; step++) {
      const [ga, gb] = [gradientAt(step, edges, 'a', 48), gradientAt(step, edges, 'b', 16)];
      // Turns change, the result must not.
      const order = step % 2 === 0 ? [a.report(ga), b.report(gb)] : [b.report(gb), a.report(ga)];
      const [first, second] = await Promise.all(order);
      expect(first).toEqual(second);
      const mean = {
        step,
        examples: 64,
        gateGradients: ga.gateGradients.map((value, edge) => 0.75 * value + 0.25 * gb.gateGradients[edge]!),
        losses: ga.losses.map(({ task, loss }, i) => ({
          task,
          loss: 0.75 * loss + 0.25 * gb.losses[i]!.loss,
        })),
        lost: [],
      };
      expect(await single.report(mean)).toEqual(first);
    }
    await Promise.all([a, b, single].map((trainer) => trainer.call.close()));
  });

  it('waits for every member, but not for one that has gone', async () => {
    const { run, edges } = await open(['stays', 'leaves']);
    const [stays, leaves] = [new Trainer(architect, run), new Trainer(architect, run)];
    await stays.join(0, 'stays');
    await leaves.join(0, 'leaves');
    let answered = false;
    const answer = stays.report(gradientAt(0, edges)).finally(() => (answered = true));
    for (let i = 0; i < 5; i++) expect((await stateOf(run)).step).toBe(0);
    expect(answered).toBe(false);
    leaves.call.cancel();
    expect((await answer).step).toBe(0);
    expect((await stateOf(run)).step).toBe(1);
    await stays.call.close();
  });

  it('is opened once by all who set out together', async () => {
    const fields = { session: 'together', members: ['a', 'b'] };
    const { run, edges } = await open(fields.members, fields);
    const [a, b] = [new Trainer(architect, run), new Trainer(architect, run)];
    await a.join(0, 'a');
    const answer = a.report(gradientAt(0, edges));
    expect(await openSearch(run, fields)).toEqual({ edges, step: 0 });
    await b.join(0, 'b');
    expect(await b.report(gradientAt(0, edges))).toEqual(await answer);
    expect(await openSearch(run, fields)).toEqual({ edges, step: 1 });
    await Promise.all([a.call.close(), b.call.close()]);
  });

  it('gives up who is behind, and tells him so', async () => {
    const { run, edges } = await open(['quick', 'slow', 'absent'], { deadlineMs: 20 });
    const [quick, slow, absent] = [
      new Trainer(architect, run),
      new Trainer(architect, run),
      new Trainer(architect, run),
    ];
    await quick.join(0, 'quick');
    await slow.join(0, 'slow');
    expect((await quick.report(gradientAt(0, edges))).lost).toEqual(['slow', 'absent']);
    const code = 'MEMBER_LOST';
    expect(await failure(slow.report(gradientAt(0, edges)))).toMatchObject({ code, subject: 'slow' });
    expect(await failure(absent.join(1, 'absent'))).toMatchObject({ code, subject: 'absent' });
    expect(await quick.report(gradientAt(1, edges))).toMatchObject({ step: 1, lost: [] });
    await quick.call.close();
  });

  it('gives up whom another member has lost', async () => {
    const { run, edges } = await open(['a', 'b', 'c']);
    const [a, b, c] = ['a', 'b', 'c'].map(() => new Trainer(architect, run));
    await Promise.all([a!.join(0, 'a'), b!.join(0, 'b'), c!.join(0, 'c')]);
    const lost = failure(b!.report(gradientAt(0, edges)));
    const answers = [a!.report({ ...gradientAt(0, edges), lost: ['b'] }), c!.report(gradientAt(0, edges))];
    for (const answer of answers) expect((await answer).lost).toEqual(['b']);
    expect(await lost).toMatchObject({ code: 'MEMBER_LOST', subject: 'b' });
    await Promise.all([a!.call.close(), c!.call.close()]);
  });

  it('tells a number that is not finite to the trainer, and stays at the step', async () => {
    const { run, edges } = await open();
    const trainer = new Trainer(architect, run);
    await trainer.join(0);
    const gradient = gradientAt(0, edges);
    gradient.gateGradients[2] = Infinity;
    expect(await failure(trainer.report(gradient))).toMatchObject({ code: 'NOT_FINITE' });
    expect((await stateOf(run)).step).toBe(0);
  });

  it('refuses what does not fit', async () => {
    const { run, edges } = await open(['early', 'wrong', 'twice']);
    expect(await failure(stateOf('nowhere'))).toMatchObject({ code: 'RUN_NOT_FOUND', subject: 'nowhere' });
    expect(await failure(new Trainer(architect, 'nowhere').join(0))).toMatchObject({ code: 'RUN_NOT_FOUND' });
    const early = new Trainer(architect, run);
    expect(await failure(early.report(gradientAt(0, edges)))).toMatchObject({
      code: 'REQUEST_OUT_OF_ORDER',
      expected: 'a join',
    });
    const wrong = new Trainer(architect, run);
    await wrong.join(0, 'wrong');
    expect(await failure(wrong.report(gradientAt(3, edges)))).toMatchObject({
      code: 'REQUEST_OUT_OF_ORDER',
      found: 'step 3',
      expected: 'step 0',
    });
    const twice = new Trainer(architect, run);
    await twice.join(0, 'twice');
    expect(await failure(new Trainer(architect, run).join(0, 'twice'))).toMatchObject({
      code: 'REQUEST_OUT_OF_ORDER',
      found: 'a second join',
    });
    expect(await failure(twice.join(0, 'twice'))).toMatchObject({
      code: 'REQUEST_OUT_OF_ORDER',
      expected: `a gradient of run ${run}`,
    });
    const code = 'MEMBER_LOST';
    const stranger = new Trainer(architect, (await open()).run);
    expect(await failure(stranger.join(0, 'stranger'))).toMatchObject({ code, subject: 'stranger' });
    for (const [fields, subject] of [
      [{ session: '' }, 'session'],
      [{ members: [] }, 'members'],
      [{ members: ['a', 'a'] }, 'members'],
      [{ deadlineMs: 2 ** 31 }, 'deadline_ms'],
    ] as const) {
      const refused = openSearch(run, fields as Partial<OpenSearchRequest>);
      expect(await failure(refused)).toMatchObject({ code: 'MESSAGE_INVALID', subject });
    }
    const damaged = openSearch(run, { stateJson: '{}' });
    expect(await failure(damaged)).toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
    expect((await stateOf(run)).step).toBe(0);
  });

  it('answers health checks', async () => {
    expect(await checkHealth(running.address)).toBe('SERVING');
    expect(await checkHealth(running.address, { service: 'taskweave.v1.ArchitectService' })).toBe('SERVING');
  });

  it('gives the same bits from a process of its own', async () => {
    const child = await launchProcess('@taskweave/architect');
    const remote: Architect = connect(ArchitectServiceClient, child.address, { name: 'architect' });
    try {
      const { run, edges } = await open();
      await openSearch(run, {}, remote);
      const [here, there] = [new Trainer(architect, run), new Trainer(remote, run)];
      await Promise.all([here.join(0), there.join(0)]);
      expect(await train(there, edges, 0, 5)).toEqual(await train(here, edges, 0, 5));
      await Promise.all([here.call.close(), there.call.close()]);
    } finally {
      remote.close();
      await child.stop();
    }
  });
});
