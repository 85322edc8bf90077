import { expect, test } from 'vitest';

import type { UserIdType } from '../../src/input/words/user-id-type.ts';
import { createEmailForms } from '../../src/survey/email-forms.ts';
import type { Oddity } from '../../src/survey/oddities.ts';

function oddityOf(ids: readonly string[], userIdType: UserIdType = 'email'): Oddity | undefined {
  const forms = createEmailForms();
  for (const [at, userId] of ids.entries()) {
    const row = { cells: [], writtenUserId: undefined, appIds: [], warnings: [] };
    forms.add({ ...row, valid: true, line: at + 2, userId, userIdType });
  }
  return forms.oddity();
}

const whole = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `user.${at}@corp.example`);

test('an address without a dot behind its @, among others that have one, is warned of with its line', () => {
  const oddity = oddityOf([...whole(3), 'user.x@corp', ...whole(2)]);
  expect(oddity?.lines).toEqual([5]);
  expect(oddity?.message).toContain(
    '1 of 6 email addresses has no dot behind the "@", unlike the others: line 5 "user.x@corp".',
  );
});

test('of many the first are named', () => {
  const cut = Array.from({ length: 1200 }, (_, at) => `user-${at}@corp`);
  const oddity = oddityOf([...whole(2000), ...cut]);
  expect(oddity?.lines).toEqual([2002, 2003, 2004, 2005, 2006]);
  expect(oddity?.message).toContain('1,200 of 3,200 email addresses have no dot');
  expect(oddity?.message).toContain(' and 1,195 more.');
});

test.each([
  ['addresses with a dot', whole(5)],
  ['addresses of a company of which hardly one has a dot', ['a@corp', 'b@corp', 'c@corp.example']],
  ['an address with an IP address', [...whole(5), 'root@[10.0.0.1]', 'root@[IPv6:2001:db8::1]']],
])('%s raise no alarm', (_, ids) => {
  expect(oddityOf(ids)).toBeUndefined();
});

test('IDs of another type are no addresses', () => {
  expect(oddityOf([...whole(5), 'user.x@corp'], 'username')).toBeUndefined();
});
