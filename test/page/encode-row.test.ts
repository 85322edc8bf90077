import { expect, test } from 'vitest';

import { createRowEncoder } from '../../src/page/document/encode-row.ts';
import type { RowShown } from '../../src/page/report/data.ts';
import type { SettledRow } from '../../src/report/report-tables.ts';

const many = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, at) => `${name}-${at}`);

const row: SettledRow[0] = {
  valid: true,
  line: 2,
  cells: ['u1', 'x'.repeat(500), '\u001B[2J'],
  userId: 'u1',
  userIdType: 'username',
  appIds: many(60, 'app'),
  warnings: [],
  writtenUserId: undefined,
};

const result: SettledRow[1] = {
  status: 'partial',
  isOpen: false,
  calls: 1,
  callsSucceeded: 0,
  attempts: 20,
  requestIds: many(20, 'request'),
  statusCode: 403,
  apiCode: undefined,
  errorCode: undefined,
  isUnanswered: false,
  isLeftOut: false,
  message: 'm'.repeat(5000),
  failedAppIds: many(55, 'app'),
  startedAt: 1,
  finishedAt: 2,
};

test('of an invalid row it is held what is wrong with it, by column and kind', () => {
  const problems = [
    { line: 2, column: 'user_id', kind: 'total' as const, value: 'Total', message: 'No user.' },
  ];
  const invalid: SettledRow[0] = { ...row, valid: false, problems, repairs: [] };
  const shown = JSON.parse(createRowEncoder([]).encode([invalid, result], 'no_user')) as RowShown;
  expect(shown[15]).toEqual([['user_id', 'total']]);
});

test('of a row no more is held than docs/files.md says, and of its apps how many there are', () => {
  const encoder = createRowEncoder([1, 2]);
  const shown = JSON.parse(encoder.encode([row, result], 'partial')) as RowShown;
  const [, , , , message, apps, appCount, open, codes, , , requestIds, , , others] = shown;
  expect(message).toHaveLength(600);
  expect([apps.length, appCount, open?.length]).toEqual([50, 60, 50]);
  expect(encoder.appIds).toEqual(many(50, 'app'));
  expect(requestIds).toEqual(many(12, 'request'));
  expect(codes).toBe('403');
  expect(others).toEqual([`${'x'.repeat(119)}…`, String.raw`\u{1b}[2J`]);
});
