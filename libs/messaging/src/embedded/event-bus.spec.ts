import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventBusContract } from '../contract/event-bus-contract.js';
import { EmbeddedEventBus } from './event-bus.js';
import { openFixture } from './testing.js';

eventBusContract(openFixture);

it('remembers the ids of the last 20,000 events', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-bus-'));
  const bus = await EmbeddedEventBus.open(folder);
  const publish = (id: number) => bus.publish({ run: 'a', kind: 'step', id: `step.${id}`, data: null });
  await Promise.all(Array.from({ length: 20_010 }, (_, id) => publish(id)));
  expect(await publish(20_009)).toMatchObject({ duplicate: true });
  expect(await publish(11)).toMatchObject({ duplicate: true });
  expect(await publish(0)).toMatchObject({ duplicate: false });
  await bus.close();
  rmSync(folder, { recursive: true });
});
