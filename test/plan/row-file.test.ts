import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeRow } from '../../src/plan/row-file.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.constant('"\\\n\ud800'),
);

test('a row is one line of JSON and says what its cells hold, whatever that is', () => {
  fc.assert(
    fc.property(fc.array(anyText), anyText, fc.array(anyText), (cells, userId, appIds) => {
      const row = {
        valid: true,
        line: 7,
        cells,
        userId,
        userIdType: 'user_id',
        appIds,
        warnings: [],
      } as const;
      const line = encodeRow(row);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      // As it goes to the disk: what UTF-8 cannot say has to be escaped.
      const read: unknown = JSON.parse(Buffer.from(line).toString());
      expect(read).toEqual({ line: 7, cells, userId, userIdType: 'user_id', appIds });
    }),
  );
});
