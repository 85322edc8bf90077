import { defineConfig } from 'vitest/config';

/** The fault suite at full length: minutes, and with tools of its own. `short.test.ts` is part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/faults/*.fault.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    // Each waits for disks, processes and clocks most of the time.
    maxWorkers: 2,
    reporters: ['verbose'],
  },
});
