/** A wall clock that can be set to another time while the process runs; timers and performance.now() go on as before. */
let offset = 0;

/** Moves what `Date` tells from now on. @param ms negative ones move it back */
export function jumpClock(ms: number): void {
  offset += ms;
}

/** Puts the clock in the place of this process's own. */
export function installClock(): void {
  const Real = Date;
  const realNow = Date.now.bind(Date);
  const now = (): number => realNow() + offset;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: unknown[], made) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, made) as object,
    apply: () => new Real(now()).toString(),
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  });
}
