import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { userIdTypes } from '../../src/input/words/user-id-type.ts';
import type { Question } from '../../src/genauth/question.ts';
import { checkSessionStatus } from '../../src/genauth/questions/check-session-status.ts';
import { getUserBatch } from '../../src/genauth/questions/get-user-batch.ts';
import { getUserLoggedinApps } from '../../src/genauth/questions/get-user-loggedin-apps.ts';
import { getUserLoginHistory } from '../../src/genauth/questions/get-user-login-history.ts';
import { getUser, type UserName } from '../../src/genauth/questions/get-user.ts';
import { isUser } from '../../src/genauth/questions/is-user.ts';
import { listApplicationActiveUsers } from '../../src/genauth/questions/list-application-active-users.ts';
import { listApplications } from '../../src/genauth/questions/list-applications.ts';
import type { User } from '../../src/genauth/questions/user.ts';

const name: UserName = { userId: 'u', userIdType: 'user_id' };
const history = getUserLoginHistory({ userId: 'u', appId: 'a', start: 1, end: 2, page: 1 });
const questions: [string, Question<unknown>][] = [
  ['list-applications', listApplications({ page: 1 })],
  ['get-user-batch', getUserBatch({ userIds: ['u'], userIdType: 'user_id' })],
  ['get-user', getUser(name)],
  ['get-user-loggedin-apps', getUserLoggedinApps(name)],
  ['get-user-login-history', history],
  ['check-session-status', checkSessionStatus({ appId: 'a', userId: 'u' })],
  ['list-application-active-users', listApplicationActiveUsers({ appId: 'a', page: 1 })],
];

const notAnswers: unknown[] = [
  undefined,
  null,
  0,
  'text',
  true,
  {},
  { success: true },
  { userId: '' },
  { userId: 1.5 },
  [null],
  ['u'],
  [[]],
  [{}],
  [{ userId: null }],
  [{ appId: '' }],
  { active: 'true' },
  { active: 1 },
  { active: null },
  { list: [] },
  { totalCount: '0', list: [] },
  { totalCount: -1, list: [] },
  { totalCount: 1e300, list: [] },
  { totalCount: 0 },
  { totalCount: 0, list: {} },
  { totalCount: 1, list: [{}] },
  { totalCount: 1, list: [null] },
];

test.each(questions)('%s takes nothing else for an answer', (_name, { read }) => {
  for (const data of notAnswers) expect([data, read(data)]).toStrictEqual([data, undefined]);
});

test.each(questions)(
  '%s reads whatever comes without an error, and keeps no other field',
  (_name, { read }) => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    );
    const keys = fc.constantFrom(
      'userId',
      'status',
      'username',
      'email',
      'phone',
      'phoneCountryCode',
      'externalId',
      'name',
      'lastLogin',
      'loginsCount',
      'appId',
      'appName',
      'time',
      'active',
      'clientIp',
      'password',
      'salt',
      'token',
    );
    const entry = fc.dictionary(keys, value);
    const list = fc.array(entry);
    fc.assert(
      fc.property(fc.oneof(entry, list, fc.record({ totalCount: fc.nat(), list }), fc.anything()), (data) => {
        const answer = JSON.stringify(read(data)) ?? '';
        expect(answer).not.toMatch(/"(?:clientIp|password|salt|token)":/);
      }),
    );
  },
);

describe('a time', () => {
  const timeOf = (time: unknown): unknown =>
    history.read({ totalCount: 1, list: [{ appId: 'a', time }] })?.list[0]?.time;

  test.each<[unknown, number]>([
    [1_767_614_400_000, 1_767_614_400_000],
    ['2026-01-05T12:00:00Z', 1_767_614_400_000],
    ['2026-01-05T12:00:00.123Z', 1_767_614_400_123],
    ['2026-01-05T20:00:00+08:00', 1_767_614_400_000],
    ['2026-01-05T20:00:00+0800', 1_767_614_400_000],
    ['2026-01-05T12:00Z', 1_767_614_400_000],
  ])('%j is read', (text, ms) => {
    expect(timeOf(text)).toBe(ms);
  });

  test.each([
    1_767_614_400,
    1_767_614_400_000_000,
    -1,
    Number.NaN,
    '1767614400000',
    '',
    null,
    undefined,
    {},
    true,
    '2026-01-05',
    '2026-01-05T12:00:00',
    '2026-13-05T12:00:00Z',
    'Mon, 05 Jan 2026 12:00:00 GMT',
    '5',
  ])('%j, in seconds, without a zone or of another form, makes the whole no answer', (text) => {
    expect(timeOf(text)).toBeUndefined();
    expect(history.read({ totalCount: 1, list: [{ appId: 'a', time: text }] })).toBeUndefined();
  });
});

test('of a user each field is absent that has another form', () => {
  const { read } = getUser(name);
  const data = { userId: 'u', status: null, username: '', email: {}, phone: 13800000000, externalId: ['e'] };
  expect(read({ ...data, name: true, lastLogin: 'yesterday', loginsCount: '7' })).toStrictEqual({
    userId: 'u',
    phone: '13800000000',
  });
});

describe('whether a user is the one who was asked for', () => {
  const hex = '6319a1504f3aaaaf214dd5b7';
  const chinese = { userId: 'u', phone: '13800000000' };
  const british = { userId: 'u', phone: '7900000000', phoneCountryCode: '+44' };
  const whole = { userId: 'u', phone: '+447900000000', phoneCountryCode: '44' };
  test.each<[User, UserName['userIdType'], string, boolean | undefined]>([
    [{ userId: 'u' }, 'user_id', 'u', true],
    [{ userId: 'u' }, 'user_id', 'U', false],
    [{ userId: hex }, 'user_id', hex.toUpperCase(), true],
    [{ userId: 'u', email: 'Ann@Example.test' }, 'email', 'ann@example.TEST', true],
    [{ userId: 'u', email: 'ann@example.test' }, 'email', 'ann@example.com', false],
    [{ userId: 'u' }, 'email', 'ann@example.test', undefined],
    [{ userId: 'u', username: 'ann' }, 'username', 'ann', true],
    [{ userId: 'u', username: 'ann' }, 'username', 'Ann', undefined],
    [{ userId: 'u', username: 'ann' }, 'username', 'bob', false],
    [{ userId: 'u', email: 'ann' }, 'username', 'ann', undefined],
    [{ userId: 'u', externalId: 'E1' }, 'external_id', 'E1', true],
    [{ userId: 'u', externalId: 'E1' }, 'external_id', 'e1', false],
    [{ userId: 'E1' }, 'external_id', 'E1', undefined],
    [chinese, 'phone', '13800000000', true],
    [chinese, 'phone', '+8613800000000', true],
    [chinese, 'phone', '008613800000000', true],
    [chinese, 'phone', '8613800000000', true],
    [chinese, 'phone', '+86 138-0000-0000', true],
    [chinese, 'phone', '13800000001', false],
    // Without a country code of its own it may be of any country; but not when that was told.
    [chinese, 'phone', '+113800000000', undefined],
    [{ ...chinese, phoneCountryCode: '86' }, 'phone', '+113800000000', false],
    // +1 380 000 0000 has the digits of the Chinese number.
    [{ ...chinese, phoneCountryCode: '86' }, 'phone', '+13800000000', false],
    [british, 'phone', '7900000000', true],
    [british, 'phone', '+447900000000', true],
    [british, 'phone', '+867900000000', false],
    [whole, 'phone', '7900000000', true],
    [whole, 'phone', '+447900000000', true],
    [whole, 'phone', '+7900000000', false],
    [{ userId: 'u' }, 'phone', '13800000000', undefined],
    [{ userId: 'u', phoneCountryCode: '86' }, 'phone', '86', undefined],
    [{ userId: 'u' }, 'identity', 'source:u', undefined],
    [{ userId: 'u' }, 'sync_relation', 'lark:u', undefined],
    [{ userId: 'u' }, 'custom_field', 'u', undefined],
  ])('%j asked for by %s %j: %j', (user, userIdType, userId, told) => {
    expect(isUser(user, { userId, userIdType })).toBe(told);
  });

  test('is never told by another field', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...userIdTypes),
        fc.stringMatching(/^[a-z\d+]{1,12}$/),
        (userIdType, userId) => {
          const user = { userId: `not ${userId}`, name: userId, status: userId, phoneCountryCode: userId };
          expect(isUser(user, { userId, userIdType })).not.toBe(true);
        },
      ),
    );
  });
});
