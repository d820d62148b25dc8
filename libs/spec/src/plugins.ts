import type { ZodType } from 'zod';

/** What the spec needs to know of one plug-in: the schema of its `options`. */
export interface PluginSchema {
  /** Strict, with defaults; must accept its own output. */
  readonly options: ZodType;
}

/**
 * The plug-ins a spec may name, by id. The caller hands them in, so that the spec depends on no plug-in and a new
 * one needs no change here.
 */
export interface SpecPlugins {
  readonly strategies: Readonly<Record<string, PluginSchema>>;
  readonly dataSets: Readonly<Record<string, PluginSchema>>;
  readonly backbones: Readonly<Record<string, PluginSchema>>;
  /**
   * The ids of the tasks a data set has labels for; undefined where they are known only once it is opened. Called with
   * ids of `dataSets` only.
   */
  taskIds(dataSetId: string): readonly string[] | undefined;
}
