/** Everything an async iterable yields; throws what it throws. */
export async function consume<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
