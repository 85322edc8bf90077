import fc from 'fast-check';
import { expect, test } from 'vitest';

import { grouped } from '../src/printable.ts';

test('whole numbers are grouped as English does it', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (count) => {
      expect(grouped(count)).toBe(count.toLocaleString('en-US'));
    }),
  );
});
