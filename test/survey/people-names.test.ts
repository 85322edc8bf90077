import { expect, test } from 'vitest';

import { mayBeOneName, nameColumns, nameIn } from '../../src/survey/people-names.ts';

const own = { userId: 0, userIdType: undefined, appIds: undefined };

test.each([
  [['user_id', 'Full Name', 'First Name', 'Last Name'], [1]],
  [['user_id', '姓名'], [1]],
  [
    ['user_id', 'Last Name', 'Dept', 'First Name'],
    [1, 3],
  ],
  [['user_id', 'First Name'], undefined],
  [['user_id', 'Display Name*'], [1]],
  [['user_id', 'User Name', 'Department Name', 'App Name', 'Manager Name'], undefined],
])('of the columns %j those at %j say what people are called', (names, columns) => {
  expect(nameColumns({ ...own, names })).toEqual(columns);
});

test('the column of the user IDs says nothing of names', () => {
  expect(nameColumns({ ...own, names: ['name', 'app'] })).toBeUndefined();
});

test('a name of which a part is missing is none', () => {
  expect(nameIn(['u1', ' Wei ', 'Li'], [1, 2])).toBe('Wei Li');
  expect(nameIn(['u1', '', 'Li'], [1, 2])).toBe('');
});

test.each([
  ['Li Wei', 'wei LI', true],
  ['Li, Wei', 'Wei Li', true],
  ['José Muñoz', 'Jose Munoz', true],
  ['Ada M. Lovelace', 'Ada Lovelace', true],
  ['A. Lovelace', 'Ada Lovelace', true],
  ['Wang Xiao Ming', 'Xiaoming Wang', true],
  ['张 芳', '张芳', true],
  ['张芳', '张芳（实习）', true],
  ['张芳', 'Fang Zhang', true],
  ['张芳 Fang', 'Fang Zhang', true],
  ['Ａｄａ', 'ada', true],
  ['Ada Lovelace', 'Grace Hopper', false],
  ['Ada Lovelace', 'Ada Hopper', false],
  ['张芳', '张强', false],
  ['张芳 Fang', '张强 Fang', false],
  ['Иван', 'Пётр', false],
])('whether "%s" and "%s" may be one name: %s', (one, other, may) => {
  expect(mayBeOneName(one, other)).toBe(may);
  expect(mayBeOneName(other, one)).toBe(may);
});
