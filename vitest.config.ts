import { defineConfig } from 'vitest/config';

/** Rooms whose tests start the program, or leave something behind in their process. */
const apart = ['test/*.test.ts', 'test/{faults,world}/*.test.ts'];

export default defineConfig({
  test: {
    // More than cores: many tests wait for a process or a server.
    maxWorkers: 3,
    setupFiles: ['test/same-draws.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['src/**/*.ts'], exclude: ['src/cli.ts'] },
    // Vitest takes them in the order of their names: the many small files of the rooms end the run, so that no worker is left with a long one.
    projects: [
      { extends: true, test: { name: 'program', include: apart } },
      // A process and an import of all sources for each of these files would cost more than their tests.
      {
        extends: true,
        test: { name: 'rooms', include: ['test/*/**/*.test.ts'], exclude: apart, isolate: false },
      },
    ],
  },
});
