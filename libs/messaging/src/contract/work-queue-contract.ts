import { currentTraceparent, startTelemetry, withSpan } from '@taskweave/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inTraceOf } from '../trace.js';
import type { Delivery, WorkQueue } from '../work-queue.js';
import type { Fixture, OpenFixture } from './fixture.js';

const ACK_WAIT_MS = 400;

/** What every work queue does. */
export function workQueueContract(open: OpenFixture): void {
  let fixture: Fixture;
  let queue: WorkQueue;
  const openQueue = async (): Promise<void> => {
    queue = await fixture.messaging.queue('jobs', { ackWaitMs: ACK_WAIT_MS, maxDeliveries: 3 });
  };
  beforeEach(async () => {
    fixture = await open();
    await openQueue();
  });
  afterEach(() => fixture.remove());

  const publish = (id: string) =>
    queue.publish({ run: 'a.1', kind: 'checkpoint.ready', id, data: { file: id } });
  const pull = async (): Promise<Delivery> => {
    const delivery = await queue.pull({ waitMs: 30_000 });
    expect(delivery).toBeDefined();
    return delivery!;
  };
  const nothing = () => queue.pull({ waitMs: 1 });

  it('delivers jobs oldest first, whole, and not again once they are acknowledged', async () => {
    for (const id of ['1', '2', '3']) expect(await publish(id)).toEqual({ duplicate: false });
    expect(await queue.depth()).toBe(3);
    for (const id of ['1', '2', '3']) {
      const delivery = await pull();
      expect(delivery).toMatchObject({
        run: 'a.1',
        kind: 'checkpoint.ready',
        id,
        data: { file: id },
        attempt: 1,
      });
      expect(await delivery.ack()).toBe(true);
    }
    expect(await queue.depth()).toBe(0);
    expect(await nothing()).toBeUndefined();
    await fixture.reopen();
    await openQueue();
    expect(await nothing()).toBeUndefined();
  });

  it('delivers a job with the trace that it was published in, also after a restart', async () => {
    await startTelemetry('test');
    const published = await withSpan('publisher', {}, async () => {
      await publish('traced');
      return currentTraceparent();
    });
    await publish('untraced');
    await fixture.reopen();
    await openQueue();
    const [traced, untraced] = [await pull(), await pull()];
    expect(inTraceOf(traced, () => currentTraceparent())).toBe(published);
    const alone = await withSpan('worker', {}, () => inTraceOf(untraced, () => currentTraceparent()));
    // Made up, as there is none: not sampled.
    expect(alone).toMatch(/-00$/);
    await traced.ack();
    await untraced.ack();
  });

  it('shares jobs out among workers', async () => {
    const taken: string[] = [];
    const worker = async (): Promise<void> => {
      for (;;) {
        const delivery = await queue.pull({ waitMs: 300 });
        if (delivery === undefined) return;
        taken.push(delivery.id);
        await delivery.ack();
      }
    };
    const workers = [worker(), worker(), worker()];
    const ids = Array.from({ length: 30 }, (_, i) => `job-${i}`);
    for (const id of ids) await publish(id);
    await Promise.all(workers);
    expect(taken.sort()).toEqual(ids.sort());
  });

  it('wakes a worker that waits', async () => {
    const waiting = pull();
    await publish('1');
    expect((await waiting).id).toBe('1');
  });

  it('ends a wait when it is told to, and delivers the job to somebody else', async () => {
    const controller = new AbortController();
    const waiting = queue.pull({ signal: controller.signal });
    controller.abort();
    expect(await waiting).toBeUndefined();
    expect(await queue.pull({ signal: controller.signal })).toBeUndefined();
    await publish('1');
    expect((await pull()).id).toBe('1');
  });

  it('delivers again what is not acknowledged in time', async () => {
    await publish('1');
    expect((await pull()).attempt).toBe(1);
    expect(await queue.depth()).toBe(1);
    const again = await pull();
    expect(again).toMatchObject({ id: '1', attempt: 2 });
    await again.ack();
    expect(await queue.depth()).toBe(0);
  });

  it('does not deliver again what is still being worked on', async () => {
    await publish('1');
    const delivery = await pull();
    const log: string[] = [];
    const second = pull().then(({ attempt }) => log.push(`attempt ${attempt}`));
    for (let i = 0; i < 12; i++) {
      await new Promise((resolve) => setTimeout(resolve, ACK_WAIT_MS / 8));
      await delivery.inProgress();
    }
    log.push('silent');
    await second;
    expect(log).toEqual(['silent', 'attempt 2']);
  });

  it('delivers again at once, or later, what was given back', async () => {
    await publish('1');
    await publish('2');
    await (await pull()).nak(1_000);
    const second = await pull();
    expect(second).toMatchObject({ id: '2', attempt: 1 });
    await second.nak();
    const again = await pull();
    expect(again).toMatchObject({ id: '2', attempt: 2 });
    await again.ack();
    const delayed = await pull();
    expect(delayed).toMatchObject({ id: '1', attempt: 2 });
    await delayed.ack();
    expect(await queue.depth()).toBe(0);
  });

  it('gives a job up after so many deliveries, and keeps it as a dead letter', async () => {
    await publish('bad');
    await publish('good');
    const attempts: number[] = [];
    for (let i = 0; i < 4; i++) {
      const delivery = await pull();
      if (delivery.id === 'good') {
        await delivery.ack();
        continue;
      }
      attempts.push(delivery.attempt);
      await delivery.nak();
    }
    expect(attempts).toEqual([1, 2, 3]);
    expect(await nothing()).toBeUndefined();
    expect(await queue.depth()).toBe(0);
    await fixture.reopen();
    await openQueue();
    const letter = { run: 'a.1', kind: 'checkpoint.ready', id: 'bad', data: { file: 'bad' } };
    expect(await queue.deadLetters()).toEqual([{ ...letter, reason: 'not done in 3 deliveries' }]);
  });

  it('gives a job up at once when a worker says so', async () => {
    await publish('1');
    await (await pull()).terminate('no such file');
    expect(await nothing()).toBeUndefined();
    expect(await queue.depth()).toBe(0);
    expect(await queue.deadLetters()).toMatchObject([{ id: '1', reason: 'no such file' }]);
  });

  it('takes a job once while it is not done', async () => {
    await publish('1');
    expect(await publish('1')).toEqual({ duplicate: true });
    await pull();
    expect(await publish('1')).toEqual({ duplicate: true });
    expect(await queue.depth()).toBe(1);
    await fixture.reopen();
    await openQueue();
    expect(await publish('1')).toEqual({ duplicate: true });
    expect(await queue.depth()).toBe(1);
  });

  it('keeps jobs, and counts their deliveries, over a restart', async () => {
    for (const id of ['1', '2']) await publish(id);
    expect((await pull()).id).toBe('1');
    await fixture.reopen();
    await openQueue();
    const deliveries = [await pull(), await pull()].map(({ id, attempt }) => `${id} ${attempt}`);
    expect(deliveries.sort()).toEqual(['1 2', '2 1']);
  });

  it('removes a queue and all that is in it', async () => {
    for (const id of ['1', '2']) await publish(id);
    await (await pull()).terminate('not wanted');
    await fixture.messaging.removeQueue('jobs');
    await openQueue();
    expect(await queue.depth()).toBe(0);
    expect(await queue.deadLetters()).toEqual([]);
    expect(await publish('1')).toEqual({ duplicate: false });
    expect((await pull()).id).toBe('1');
    await fixture.messaging.removeQueue('none');
    await expect(fixture.messaging.removeQueue('../a')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('gives the same queue for the same name, another one for another', async () => {
    const other = await fixture.messaging.queue('others');
    await publish('1');
    expect(await other.depth()).toBe(0);
    expect(await fixture.messaging.queue('jobs')).toBe(queue);
    await expect(fixture.messaging.queue('a.b')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(fixture.messaging.queue('../a')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
}
