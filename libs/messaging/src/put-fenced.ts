import type { Json } from '@taskweave/common';
import { ABSENT, type StateStore } from './state-store.js';

/**
 * Sets a value in the name of a lease. It is stored as `{ token, value }`.
 *
 * @param token of the lease
 * @returns false when a later holder of the lease has written already; nothing is changed then
 */
export async function putFenced(
  store: StateStore,
  key: string,
  value: Json,
  token: number,
): Promise<boolean> {
  for (;;) {
    const entry = await store.get(key);
    if (tokenOf(entry?.value) > token) return false;
    const revision = await store.compareAndSet(key, { token, value }, entry?.revision ?? ABSENT);
    if (revision !== undefined) return true;
  }
}

/** 0 for what was not written by this function. */
function tokenOf(value: Json | undefined): number {
  const token = typeof value === 'object' && value !== null && 'token' in value ? value['token'] : 0;
  return typeof token === 'number' ? token : 0;
}
