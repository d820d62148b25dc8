/**
 * Runs an iteration ahead of its consumer, by at most `ahead` items, so that the next item is there when it is
 * asked for. A consumer that stops asking stops the producer too.
 *
 * @param ahead items made in advance, at least 1
 * @throws whatever the source throws, after the items that came before it
 */
export async function* prefetch<T>(
  source: AsyncGenerator<T, void, void>,
  ahead: number,
): AsyncGenerator<T, void, void> {
  const pending: Promise<IteratorResult<T, void>>[] = [];
  const ask = (): void => {
    const next = source.next();
    // It is awaited later; until then a failure must not count as unhandled.
    next.catch(() => undefined);
    pending.push(next);
  };
  try {
    for (;;) {
      while (pending.length <= ahead) ask();
      const result = await pending.shift()!;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    await source.return();
  }
}
