import { expect, test } from 'vitest';

import { hasEndedForGood } from './judge-peace.ts';
import { judgeRow } from './judge-row.ts';
import type { Exchange } from './record.ts';

const row = { line: 2, userId: 'user1', appIds: ['app1', 'app2'] };

const exchange: Exchange = {
  session: 1,
  userId: 'user1',
  appIds: ['app1', 'app2'],
  sentAt: 5,
  why: 'done',
  carriedOut: true,
  saysDone: true,
  inDoubt: false,
  isCut: false,
  isUnsent: false,
  requestIds: ['req-1'],
  foreignIds: [],
  deliveredAt: 10,
  isKept: true,
};

const refused: Exchange = { ...exchange, why: 'own', carriedOut: false, saysDone: false };
const lost: Exchange = { ...refused, why: 'world', inDoubt: true, requestIds: [] };

const right = {
  line: '2',
  user_id: 'user1',
  status: 'succeeded',
  failed_app_ids: '',
  request_ids: 'req-1',
  attempts: '1',
};
const open = { ...right, failed_app_ids: 'app1;app2' };

function rulesBroken(of: readonly Exchange[], reported: Readonly<Record<string, string>>, hasLost = false) {
  const knowledge = {
    exchanges: of,
    of,
    ofUser: of,
    retries: 1,
    ownRetries: () => 2,
    dead: new Set<number>(),
    hasLost,
    isTheLastRefused: () => false,
  };
  return [...new Set(judgeRow(row, reported, knowledge).map(({ rule }) => rule))];
}

test.each([
  ['a success', [exchange], right],
  ['a refusal for its own reason', [refused], { ...open, status: 'failed' }],
  [
    'a refusal for its own reason, and a last word that was not',
    [refused, refused, refused, { ...refused, why: 'credentials' }],
    { ...open, status: 'failed', attempts: '4' },
  ],
  [
    'a failure by what GenAuth said of the call, once for its own reason',
    [refused, { ...refused, why: 'hiccup' }],
    { ...open, status: 'failed', attempts: '2' },
  ],
  ['a lost reply', [lost], { ...open, status: 'unknown', request_ids: '' }],
  ['what was only put off', [{ ...refused, why: 'throttled' }], { ...open, status: 'not_attempted' }],
  ['what was never sent', [], { ...open, status: 'not_attempted', request_ids: '' }],
  [
    'a part',
    [
      { ...exchange, appIds: ['app1'] },
      { ...refused, appIds: ['app2'], requestIds: ['req-2'] },
    ],
    { ...right, status: 'partial', failed_app_ids: 'app2', request_ids: 'req-1;req-2', attempts: '2' },
  ],
] as const)('%s that is reported as it was is no broken promise', (_, of, reported) => {
  expect(rulesBroken(of as readonly Exchange[], reported)).toEqual([]);
});

test.each([
  ['another line', [exchange], { ...right, line: '3' }, 'rows'],
  [
    'an app that is none of its own',
    [refused],
    { ...open, status: 'failed', failed_app_ids: 'app1;other' },
    'apps',
  ],
  ['success without a reply', [lost], { ...right, request_ids: '' }, 'succeeded'],
  ['success by a reply that never came', [{ ...exchange, deliveredAt: undefined }], right, 'succeeded'],
  ['success of one app for both', [{ ...exchange, appIds: ['app1'] }], right, 'succeeded'],
  ['a failure of what was done', [{ ...exchange, isKept: false }], { ...open, status: 'failed' }, 'failed'],
  ['a failure of what is in doubt', [lost, refused], { ...open, status: 'failed' }, 'failed'],
  ['a failure by the limit', [{ ...refused, why: 'throttled' }], { ...open, status: 'failed' }, 'failed'],
  [
    'a failure by the credentials',
    [refused, refused, { ...refused, why: 'credentials' }],
    { ...open, status: 'failed' },
    'failed',
  ],
  [
    'a failure before its retries are used up',
    [{ ...refused, why: 'hiccup' }],
    { ...open, status: 'failed' },
    'failed',
  ],
  ['a success that is forgotten', [exchange], { ...open, status: 'unknown' }, 'proof lost'],
  ['a doubt without a reason', [refused], { ...open, status: 'unknown' }, 'unknown'],
  [
    'what may have been done as never sent',
    [lost],
    { ...open, status: 'not_attempted', request_ids: '' },
    'not_attempted',
  ],
  [
    'what was done as never sent',
    [{ ...exchange, isKept: false }],
    { ...open, status: 'not_attempted' },
    'not_attempted',
  ],
  ['fewer attempts than there were', [exchange], { ...right, attempts: '0' }, 'attempts'],
  ['a lost ID', [exchange], { ...right, request_ids: '' }, 'lost ID'],
  ['an ID that nobody gave', [exchange], { ...right, request_ids: 'req-1;req-9' }, 'foreign ID'],
] as const)('%s is a broken promise', (_, of, reported, rule) => {
  expect(rulesBroken(of as readonly Exchange[], reported)).toContain(rule);
});

test('after a process has died, what it knew may be unknown', () => {
  expect(
    rulesBroken([{ ...refused, isKept: false }], { ...open, status: 'unknown', request_ids: '' }, true),
  ).toEqual([]);
});

const hiccup: Exchange = { ...refused, why: 'hiccup' };
const forAnApp: Exchange = { ...refused, why: 'app' };
const done: Exchange = { ...exchange, appIds: ['app1'] };

test.each([
  ['fails as a whole', [hiccup]],
  ['fails in the part that is left of it after a search', [forAnApp, done, { ...hiccup, appIds: ['app2'] }]],
  ['fails in the midst of a search', [forAnApp, { ...hiccup, appIds: ['app1'] }]],
  ['fails, while another call of the user is done', [hiccup, { ...exchange, appIds: ['app3'] }]],
])('a call that %s has ended for good', (_, theirs) => {
  expect(hasEndedForGood('app2', theirs)).toBe(true);
});

test.each([
  ['was never sent', []],
  ['was refused for an app, and not looked further', [forAnApp]],
  ['was done in part, and not asked for the rest', [forAnApp, done]],
])('a call that %s has more to come', (_, theirs) => {
  expect(hasEndedForGood('app2', theirs)).toBe(false);
});
