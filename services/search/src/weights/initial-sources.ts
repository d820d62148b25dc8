import type { RunSpec } from '@taskweave/spec';

/** A field of a spec that says what to start from. */
export interface InitialSource {
  /** The field, for messages. */
  readonly field: string;
  /** A safetensors file, or the folder of a run. */
  readonly path: string;
  /** The only task whose network starts from it. */
  readonly task?: string;
}

/** What a spec says to start from, those of single tasks last, as they go before that of the spec. */
export function initialSources({ initialWeights, tasks }: RunSpec): InitialSource[] {
  const own = tasks.flatMap(({ id, initialWeights: path }, index) =>
    path === undefined ? [] : [{ field: `tasks[${index}].initialWeights`, path, task: id }],
  );
  return initialWeights === undefined ? own : [{ field: 'initialWeights', path: initialWeights }, ...own];
}
