import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createCollector } from '../../src/page/document/collect.ts';
import { rowStates, settledStates, type RowState } from '../../src/page/report/row-state.ts';

const limits = { mostWhole: 8, mostOfMany: 3 };
const rankOf = (state: RowState): number => rowStates.indexOf(state);

function collected(states: readonly RowState[]): RowState[] {
  const collector = createCollector(states.length, limits);
  for (const [at, state] of states.entries()) {
    if (collector.wants(state)) collector.add(state, `${state} ${at}`);
  }
  return collector.list().map((text) => text.split(' ')[0] as RowState);
}

test('a small input is kept whole, the worst first', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...rowStates), { maxLength: 8 }), (states) => {
      expect(collected(states)).toEqual(states.toSorted((a, b) => rankOf(a) - rankOf(b)));
    }),
  );
});

test('of a large one the worst that need a look are kept, however late they come', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...rowStates), { minLength: 9, maxLength: 40 }), (states) => {
      const inNeed = states.filter((state) => !settledStates.includes(state));
      const worst = inNeed.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, 3);
      expect(collected(states)).toEqual(worst);
    }),
  );
});
