import type { Json } from '@taskweave/common';
import { ABSENT, type StateStore } from './state-store.js';

/**
 * Applies the effect of a message once, however often it is delivered: its result is recorded under the message's key, and
 * a key that has a result is not worked on again. Should two work on it at the same time, or one be killed before its
 * result is recorded, the effect runs again, but one result counts, the first, and all callers get that one.
 *
 * So an effect has to be a pure function of the message, or harmless to repeat.
 *
 * @param key where the result is recorded, made from the message's id
 * @returns the result that counts, and whether this call recorded it
 */
export async function applyOnce<Result extends Json>(
  store: StateStore,
  key: string,
  effect: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly applied: boolean }> {
  const known = await store.get(key);
  if (known !== undefined) return { result: known.value as Result, applied: false };
  const result = await effect();
  for (;;) {
    if ((await store.compareAndSet(key, result, ABSENT)) !== undefined) return { result, applied: true };
    const first = await store.get(key);
    if (first !== undefined) return { result: first.value as Result, applied: false };
  }
}
