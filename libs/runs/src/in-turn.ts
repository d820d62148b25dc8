/** For each file that is being worked on, the end of the work asked for last. */
const ends = new Map<string, Promise<unknown>>();

/**
 * Does work on a file once all work that was asked for before on the same file is done, so that none overlaps and all
 * happens in order. Work that fails does not keep the next from being done.
 *
 * @returns what `work` returns
 */
export function inTurn<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const done = (ends.get(path) ?? Promise.resolve()).then(work);
  const end = done.then(
    () => undefined,
    () => undefined,
  );
  ends.set(path, end);
  void end.then(() => {
    if (ends.get(path) === end) ends.delete(path);
  });
  return done;
}
