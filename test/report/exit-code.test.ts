import { expect, test } from 'vitest';

import { exitCodeOfReport } from '../../src/report/exit-code.ts';
import type { RowStatus } from '../../src/report/row-status.ts';
import type { SessionState } from '../../src/verify/session-state.ts';

function rows(counts: Partial<Record<RowStatus, number>>) {
  const none = { succeeded: 0, partial: 0, failed: 0, unknown: 0, invalid: 0, skipped: 0, not_attempted: 0 };
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...none, ...counts, total };
}

function seen(counts: Partial<Record<SessionState, number>>) {
  const none = { gone: 0, signed_in_again: 0, survived: 0, unclear: 0, not_checked: 0 };
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { sessions: { ...none, ...counts, total } };
}

const all = rows({ succeeded: 3 });
const some = rows({ succeeded: 2, failed: 1 });

test.each([
  ['finished', all, null, 0],
  ['finished', some, null, 3],
  ['finished', rows({ succeeded: 2, skipped: 1 }), null, 3],
  ['finished', all, seen({ gone: 3 }), 0],
  ['finished', all, seen({ gone: 2, survived: 1 }), 3],
  ['finished', all, seen({ gone: 2, signed_in_again: 1 }), 3],
  ['finished', all, seen({ gone: 2, unclear: 1 }), 3],
  ['finished', all, seen({ gone: 2, not_checked: 1 }), 3],
  ['finished', some, seen({ gone: 3 }), 3],
  ...['killed', 'interrupted', 'not_started', 'server_down', 'unauthorized'].flatMap(
    (ended): [string, typeof all, null, number][] => [
      [ended, some, null, 4],
      // Nothing is left, and nobody has said so.
      [ended, all, null, 4],
    ],
  ),
] as const)('a report of a run that has %s, with rows %j and sessions %j, ends with %i', (...given) => {
  const [ended, counts, verification, code] = given;
  expect(exitCodeOfReport({ ended, rows: counts, verification })).toBe(code);
});
