import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './tools/workspace/src/summary-reporter.ts';

export default defineConfig({
  test: {
    include: ['{libs,services,tools}/*/src/**/*.spec.ts'],
    reporters: ['default', new SummaryReporter()],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The tensor engine uses both cores of a small machine; more test files beside each other only take turns.
    maxWorkers: 2,
  },
});
