/** What the parent sends to get a {@link ProcessSample}. */
export const SAMPLE_REQUEST = 'taskweave-scale-sample';

/** What a process used since the last sample, and its memory now. */
export interface ProcessSample {
  /** Processor time, user and system. */
  readonly cpuMs: number;
  /** Resident memory. */
  readonly rssBytes: number;
  /** By how much timers came late. */
  readonly loopDelayMeanMs: number;
  readonly loopDelayP99Ms: number;
}
