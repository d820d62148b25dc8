/**
 * Instruments that can be used from anywhere at any time: while nobody collects metrics they do nothing. OpenTelemetry's
 * own do not come to life when a collector is installed after they were made.
 */
import type { Attributes, Counter, Gauge, Histogram, Meter, ObservableResult } from '@opentelemetry/api';

export interface Description {
  readonly description: string;
  /** UCUM: `s`, `By`, `1`, or a count of something, e.g. `{step}`. */
  readonly unit: string;
}

/** A value of an observed instrument now. */
export interface Observation {
  readonly value: number;
  readonly attributes?: Attributes;
}

/** Bounds of histograms of time, in seconds: 1 ms to 100 s in steps of at most 2.5. */
export const SECONDS_BOUNDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100,
];

const bindings: ((meter: Meter) => void)[] = [];

/** Has all instruments report to a meter from now on. */
export function installMeter(meter: Meter): void {
  for (const bind of bindings) bind(meter);
}

/** Distribution of times in seconds. */
export function defineDuration(name: string, description: string): Pick<Histogram, 'record'> {
  let histogram: Histogram | undefined;
  bindings.push((meter) => {
    const advice = { explicitBucketBoundaries: [...SECONDS_BOUNDS] };
    histogram = meter.createHistogram(name, { description, unit: 's', advice });
  });
  return { record: (value, attributes) => histogram?.record(value, attributes) };
}

/** A sum that only grows. */
export function defineCounter(name: string, options: Description): Pick<Counter, 'add'> {
  let counter: Counter | undefined;
  bindings.push((meter) => (counter = meter.createCounter(name, options)));
  return { add: (value, attributes) => counter?.add(value, attributes) };
}

/** A value that goes up and down; the last one recorded counts. */
export function defineGauge(name: string, options: Description): Pick<Gauge, 'record'> {
  let gauge: Gauge | undefined;
  bindings.push((meter) => (gauge = meter.createGauge(name, options)));
  return { record: (value, attributes) => gauge?.record(value, attributes) };
}

/** A value that is looked up whenever metrics are collected. */
export interface Observed {
  /** @returns ends it */
  watch(look: () => Iterable<Observation>): () => void;
}

/** @param kind a counter is a sum that only grows */
export function defineObserved(name: string, options: Description, kind: 'gauge' | 'counter'): Observed {
  const looks = new Set<() => Iterable<Observation>>();
  bindings.push((meter) => {
    const observed =
      kind === 'gauge'
        ? meter.createObservableGauge(name, options)
        : meter.createObservableCounter(name, options);
    observed.addCallback((result: ObservableResult) => {
      for (const look of looks) {
        for (const { value, attributes } of look()) result.observe(value, attributes);
      }
    });
  });
  return {
    watch(look) {
      looks.add(look);
      return () => void looks.delete(look);
    },
  };
}
