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
 * @param isResult whether a value can be one: what is there and cannot, as somebody else wrote it, is replaced. @default
 *   every value can
 * @returns the result that counts, and whether this call recorded it
 */
export async function applyOnce<Result extends Json>(
  store: StateStore,
  key: string,
  effect: () => Promise<Result>,
  isResult: (value: Json) => boolean = () => true,
): Promise<{ readonly result: Result; readonly applied: boolean }> {
  let known = await store.get(key);
  if (known !== undefined && isResult(known.value)) return { result: known.value as Result, applied: false };
  const result = await effect();
  for (;;) {
    const stored = await store.compareAndSet(key, result, known?.revision ?? ABSENT);
    if (stored !== undefined) return { result, applied: true };
    known = await store.get(key);
    if (known !== undefined && isResult(known.value)) {
      return { result: known.value as Result, applied: false };
    }
  }
}
