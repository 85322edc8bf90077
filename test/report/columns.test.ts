import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { PlannedRow } from '../../src/plan/planned-row.ts';
import { reportHeader, reportRecord } from '../../src/report/report-columns.ts';
import { retryHeader } from '../../src/report/retry-columns.ts';
import type { RowResult } from '../../src/report/row-result.ts';

const order =
  'line,user_id,user_id_type,app_count,app_ids,status,calls,calls_succeeded,attempts,request_ids,status_code,api_code,message,failed_app_ids,started_at,finished_at';

test('the columns of the report stand in the order that is promised, with the input’s own behind them', () => {
  expect(reportHeader(['Name', 'Note'])).toEqual([...order.split(','), 'Name', 'Note']);
  const row: PlannedRow = {
    valid: true,
    line: 7,
    cells: [],
    userId: 'u1',
    userIdType: 'email',
    appIds: ['a', 'b', 'c'],
    warnings: [],
  };
  const result: RowResult = {
    status: 'partial',
    isOpen: false,
    calls: 2,
    callsSucceeded: 1,
    attempts: 4,
    requestIds: ['r1', 'r2'],
    statusCode: 404,
    apiCode: 2011,
    errorCode: undefined,
    isUnanswered: false,
    isLeftOut: false,
    message: 'App not found',
    failedAppIds: ['b', 'c'],
    startedAt: 999,
    finishedAt: 1001,
  };
  expect(reportRecord(row, result, ['Jo', 'left'])).toEqual([
    7,
    'u1',
    'email',
    3,
    'a;b;c',
    'partial',
    2,
    1,
    4,
    'r1;r2',
    404,
    2011,
    'App not found',
    'b;c',
    '1970-01-01T00:00:00.999Z',
    '1970-01-01T00:00:01.001Z',
    'Jo',
    'left',
  ]);
  const nothingSent = {
    ...result,
    statusCode: undefined,
    apiCode: undefined,
    startedAt: undefined,
    finishedAt: undefined,
  };
  expect(reportRecord(row, nothingSent, []).slice(10)).toEqual(['', '', 'App not found', 'b;c', '', '']);
});

test.each([
  [['Status'], ['input_Status']],
  [
    [' status ', 'LINE', 'Message'],
    ['input_ status ', 'input_LINE', 'input_Message'],
  ],
  [
    ['Status', 'input_Status'],
    ['input_input_Status', 'input_Status'],
  ],
  [
    ['status', 'Status', 'status'],
    ['input_status', 'input_Status', 'input_input_status'],
  ],
  [['app_ids'], ['input_app_ids']],
  [
    ['Line Manager', 'status2', ''],
    ['Line Manager', 'status2', ''],
  ],
])('columns of the input called %j are called %j in the report', (others, expected) => {
  expect(reportHeader(others).slice(order.split(',').length)).toEqual(expected);
});

test.each([
  [
    ['UID', 'Application IDs', 'Note'],
    ['input_UID', 'input_Application IDs', 'Note'],
  ],
  [
    ['User ID', 'input_User ID'],
    ['input_input_User ID', 'input_User ID'],
  ],
  [
    ['x;user_id;app_ids;y', 'a;b'],
    ['x user_id app_ids y', 'a;b'],
  ],
  [['a|Email|apps'], ['a Email apps']],
  [['user_id;'], ['input_user_id ']],
  [
    ['Email', 'Status'],
    ['Email', 'Status'],
  ],
])('columns of the input called %j are called %j in the retry file', (others, expected) => {
  expect(retryHeader(others)).toEqual(['user_id', 'user_id_type', 'app_ids', ...expected]);
});

test('no two columns of the report have one name unless two of the input had', () => {
  const name = fc.constantFrom(
    'status',
    'Status',
    'input_status',
    'input_Status',
    'input_input_status',
    'line',
    'Note',
  );
  fc.assert(
    fc.property(fc.uniqueArray(name), (others) => {
      const header = reportHeader(others);
      expect(new Set(header).size).toBe(header.length);
    }),
  );
});
