import { expect, test } from 'vitest';

import type { PlannedRow } from '../../src/plan/planned-row.ts';
import { createCauses } from '../../src/report/causes.ts';
import type { RowResult } from '../../src/report/row-result.ts';

function result(status: RowResult['status'], message: string): RowResult {
  return {
    status,
    isOpen: false,
    calls: 0,
    callsSucceeded: 0,
    attempts: 0,
    requestIds: [],
    statusCode: undefined,
    apiCode: undefined,
    errorCode: undefined,
    isUnanswered: false,
    isLeftOut: false,
    message,
    failedAppIds: [],
    startedAt: undefined,
    finishedAt: undefined,
  };
}

/** An invalid row with this problem, and a repair of its own. */
function row(line: number, message: string): PlannedRow {
  const problem = {
    line,
    column: 'user_id',
    kind: 'header',
    value: '',
    message,
    repair: `id-${line}`,
  } as const;
  const read = { userId: '', userIdType: '', appIds: [], repairs: [], cells: [''] };
  return { ...read, valid: false, line, problems: [problem] };
}

test('rows that are invalid for different reasons are not said to have the reason of the first', () => {
  const causes = createCauses();
  causes.add(row(2, 'It is empty.'), result('invalid', 'user_id: It is empty.'));
  causes.add(row(3, 'It is cut.'), result('invalid', 'user_id: It is cut.'));
  expect(causes.list()).toMatchObject([
    {
      rows: 2,
      firstLine: 2,
      message: 'user_id: It is empty. (the first of them; report.csv says why for each)',
    },
  ]);
});

test('rows that are invalid for one reason have it', () => {
  const causes = createCauses();
  for (const line of [2, 3]) {
    causes.add(
      row(line, 'It is empty.'),
      result('invalid', `user_id: It is empty. Probably it was "id-${line}".`),
    );
  }
  expect(causes.list()).toMatchObject([{ rows: 2, message: 'user_id: It is empty.' }]);
});
