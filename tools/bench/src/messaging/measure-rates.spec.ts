import { EmbeddedMessaging } from '@taskweave/messaging';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measureRates } from './measure-rates.js';

it('measures every rate, and leaves only jobs that do not divide among workers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskweave-rates-'));
  const messaging = await EmbeddedMessaging.open(folder);
  const rates = await measureRates(messaging, 90);
  expect(Object.values(rates).every((rate) => rate > 0)).toBe(true);
  expect(await (await messaging.queue('rates')).depth()).toBe(90 - 9 - 80);
  await messaging.close();
  rmSync(folder, { recursive: true });
});
