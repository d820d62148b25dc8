import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{libs,services,tools}/*/src/**/*.spec.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The tensor engine uses both cores of a small machine; test files beside each other would only take turns.
    maxWorkers: 2,
  },
});
