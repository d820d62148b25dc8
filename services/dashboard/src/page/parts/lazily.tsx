import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * A part whose code is loaded when it is first shown.
 *
 * @param load imports it
 */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | undefined>(() => loaded);
    useEffect(() => {
      void load().then((part) => {
        loaded = part;
        setPart(() => part);
      });
    }, []);
    return Part === undefined ? <p class="nothing">Loading…</p> : <Part {...props} />;
  };
}
