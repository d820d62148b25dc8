/**
 * How the networks of a run are joined and trained: by a search, or in a fixed way to compare a search with. What each
 * builds is in `libs/supernet/src/methods`.
 */
export const METHODS = [
  'search',
  'single-task',
  'shared-trunk',
  'cross-stitch',
  'sluice',
  'nddr',
  'supernet-all',
  'random',
] as const;

export type Method = (typeof METHODS)[number];

/** A method without architecture weights. */
export type BaselineMethod = Exclude<Method, 'search'>;

/** All methods but the search. */
export const BASELINE_METHODS: readonly BaselineMethod[] = METHODS.filter((method) => method !== 'search');
