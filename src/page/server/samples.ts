import type { Sample } from '../state.ts';

/** The curve of a run, in room that does not grow with its length. */
export interface Samples {
  /** Begins a curve anew. */
  clear(): void;
  add(sample: Sample): void;
  list(): readonly Sample[];
}

const most = 600;

/** Where there are too many, every other one is dropped, and from then on only so many are taken. */
export function createSamples(onSample: (sample: Sample) => void): Samples {
  let samples: Sample[] = [];
  let every = 1;
  let passed = 0;
  return {
    clear() {
      samples = [];
      every = 1;
      passed = 0;
    },
    add(sample) {
      passed += 1;
      if (passed < every) return;
      passed = 0;
      samples.push(sample);
      onSample(sample);
      if (samples.length < most) return;
      samples = samples.filter((_, at) => at % 2 === 0);
      every *= 2;
    },
    list: () => samples,
  };
}
