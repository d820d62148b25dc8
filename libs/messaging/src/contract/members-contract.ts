import { afterEach, beforeEach, expect, it } from 'vitest';
import { Members } from '../members.js';
import { Membership } from '../membership.js';
import type { StateStore } from '../state-store.js';
import { unexpected, until, type Fixture, type OpenFixture } from './fixture.js';

/** What members know of each other over any state store. */
export function membersContract(open: OpenFixture): void {
  let fixture: Fixture;
  let store: StateStore;
  let members: Members;
  beforeEach(async () => {
    fixture = await open();
    store = fixture.messaging.state;
    members = await Members.watch(store, unexpected);
  });
  afterEach(async () => {
    await members.stop();
    await fixture.remove();
  });

  const trainer = (name: string) => ({ service: 'supernet-trainer', name, address: `${name}:1` });
  const names = (): string[] => members.list('supernet-trainer').map(({ name }) => name);

  it('a member is there until it leaves', async () => {
    let changes = 0;
    members.onChange(() => void changes++);
    const b = await Membership.announce(store, trainer('b'));
    const a = await Membership.announce(store, trainer('a'));
    await until(() => names().length === 2);
    expect(members.list('supernet-trainer')).toEqual([trainer('a'), trainer('b')]);
    expect(members.list('evaluator')).toEqual([]);
    await b.leave();
    await until(() => names().length === 1);
    await a.leave();
    await until(() => names().length === 0);
    expect(changes).toBe(4);
    expect(await store.keys()).toEqual([]);
  });

  it('stays while it is renewed, and is gone when it falls silent', async () => {
    const kept = await Membership.announce(store, trainer('kept'), 1500);
    // As one that was killed right after it had said that it is there.
    await store.put('members.supernet-trainer.silent', { address: 'silent:1', ttlMs: 300 });
    await until(() => names().length === 2);
    await until(() => names().length === 1);
    for (let renewals = 0; renewals < 4; renewals++) {
      expect(names()).toEqual(['kept']);
      const before = (await store.get('members.supernet-trainer.kept'))!.revision;
      while ((await store.get('members.supernet-trainer.kept'))!.revision === before) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    expect(await store.keys()).toEqual(['members.supernet-trainer.kept']);
    await kept.leave();
  });

  it('a member that comes back elsewhere is told of with its new address', async () => {
    const first = await Membership.announce(store, trainer('a'));
    await until(() => names().length === 1);
    let told = false;
    members.onChange(() => void (told = true));
    const second = await Membership.announce(store, { ...trainer('a'), address: 'elsewhere:2' });
    await until(() => told);
    expect(members.list('supernet-trainer')).toMatchObject([{ name: 'a', address: 'elsewhere:2' }]);
    await first.leave();
    await second.leave();
  });

  it('what others write there is left out, and names are checked', async () => {
    for (const value of [1, null, {}, { address: 'a:1' }, { address: 1, ttlMs: 1000 }]) {
      await store.put('members.supernet-trainer.x', value);
    }
    await store.put('members.supernet-trainer.y', { address: 'y:1', ttlMs: 1e12 });
    const last = await Membership.announce(store, trainer('z'));
    await until(() => names().length === 1);
    expect(names()).toEqual(['z']);
    await last.leave();
    await expect(Membership.announce(store, trainer('a b'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: 'name of a member',
    });
  });
}
