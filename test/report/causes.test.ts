import { expect, test } from 'vitest';

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

test('rows that are invalid for different reasons are not said to have the reason of the first', () => {
  const causes = createCauses();
  causes.add(2, result('invalid', 'user_id: It is empty.'));
  causes.add(3, result('invalid', 'app_ids: No app is named.'));
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
  for (const line of [2, 3]) causes.add(line, result('invalid', 'user_id: It is empty.'));
  expect(causes.list()).toMatchObject([{ rows: 2, message: 'user_id: It is empty.' }]);
});
