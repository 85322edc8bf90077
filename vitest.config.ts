import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest, most of it waiting or in a single process. */
const longest = ['world/world', 'bad-hours', 'in-browser', 'faults/short', 'queue/', 'signals', 'canary'];

/** The longest begin, and the many small files end the run, so that no worker is left with a long one. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.includes(`/test/${name}`));
      return place === -1 ? longest.length : place;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A process and an import of all sources for each file would cost more than most of their tests.
    isolate: false,
    // More than cores: many tests wait for a process or a server.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/same-draws.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['src/**/*.ts'], exclude: ['src/cli.ts'] },
  },
});
