import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import {
  type ColumnChoice,
  type Columns,
  defaultTypeIn,
  findColumns,
} from '../../src/input/columns/columns.ts';

const needed: { appIds: string[] } = { appIds: [] };
const givenByFlag = { appIds: ['app-1'] };

function find(names: string[], choice: ColumnChoice = {}, defaults = needed): Columns {
  return findColumns(names, choice, defaults, 'users.csv');
}

function refusal(names: string[], choice: ColumnChoice = {}, defaults = needed): UserError {
  try {
    find(names, choice, defaults);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the header was not refused');
}

describe('finding columns by name', () => {
  test.each([
    [['user_id', 'user_id_type', 'app_ids']],
    [['userId', 'userIdType', 'appIds']],
    [['USER ID', 'User-Id-Type', 'APP IDS']],
    [[' user_id ', 'ｕｓｅｒ＿ｉｄ＿ｔｙｐｅ', 'App_Id']],
    [['uid', 'id type', 'apps']],
    [['GenAuth User ID', 'ID Type', 'Application IDs']],
  ])('knows %j', (names) => {
    expect(find(names)).toEqual({ names, userId: 0, userIdType: 1, appIds: 2 });
  });

  test('takes the columns in any order, among others, with empty and repeated names beside them', () => {
    const names = ['', 'app_ids', 'Name', 'Name', 'user_id', ''];
    expect(find(names)).toEqual({ names, userId: 4, userIdType: undefined, appIds: 1 });
  });

  test.each([
    ['id'],
    ['name'],
    ['type'],
    ['user'],
    ['用户'],
    ['app'],
    ['application'],
    ['Home Email'],
    ['Work Phone'],
  ])('does not take %j for any of them', (name) => {
    expect(refusal([name]).message).toContain(`Columns found: "${name}".`);
  });

  test('needs no column for the apps when a flag gives them for all rows', () => {
    expect(find(['user_id'], {}, givenByFlag)).toEqual({
      names: ['user_id'],
      userId: 0,
      userIdType: undefined,
      appIds: undefined,
    });
  });

  test('names like those that every object has are names like any other', () => {
    expect(find(['__proto__', 'constructor', 'user_id', 'app_ids']).userId).toBe(2);
    expect(find(['__proto__', 'apps'], { userIdColumn: '__proto__' }).userId).toBe(0);
  });
});

describe('columns that name the user by something else than the user ID', () => {
  const typeOf = (names: string[], choice: ColumnChoice = {}) => {
    const columns = find(names, choice);
    return [names[columns.userId], defaultTypeIn(columns, choice, 'users.csv')];
  };

  test.each([
    ['Phone', 'phone'],
    ['mobilePhone', 'phone'],
    ['手机号', 'phone'],
    ['手机号码（必填）', 'phone'],
    ['Mobile phone [mobile]', 'phone'],
    ['E-Mail', 'email'],
    ['Work Email', 'email'],
    ['邮箱*', 'email'],
    ['User Name', 'username'],
    ['用户名', 'username'],
    ['external_id', 'external_id'],
    ['user_id', 'user_id'],
    ['用户ID', 'user_id'],
  ])('%s tells the type %s', (name, type) => {
    expect(typeOf(['Team', name, '应用ID'])).toEqual([name, type]);
  });

  test.each([['Employee ID'], ['Employee No.'], ['工号'], ['userPrincipalName'], ['login'], ['员工UserID']])(
    '%s does not tell the type: a flag or a column has to',
    (name) => {
      expect(() => typeOf([name, 'apps'])).toThrow(UserError);
      expect(typeOf([name, 'apps', '用户ID类型'])).toEqual([name, undefined]);
    },
  );

  test('a column named by flag tells its type in the same way', () => {
    const names = ['Mail', 'Phone', 'Sync Relation', 'apps'];
    expect(typeOf(names, { userIdColumn: 'Phone' })).toEqual(['Phone', 'phone']);
    expect(typeOf(names, { userIdColumn: 'Sync Relation' })).toEqual(['Sync Relation', 'sync_relation']);
  });

  test('a user ID comes before all others', () => {
    expect(typeOf(['Email', '手机号', '用户ID', '工号', 'apps'])).toEqual(['用户ID', 'user_id']);
  });

  test('one of several is not chosen, and the error says what decides', () => {
    const error = refusal(['Email', '手机号', 'apps']);
    expect(error.message).toBe(
      'users.csv: more than one column could hold the user ID: "Email" (email), "手机号" (phone).',
    );
    expect(error.hint).toBe('Say which one with --user-id-column <name>, spelled as in the file.');
    expect(refusal(['Email', '工号', 'apps']).hint).toContain(
      '--user-id-type with it where the type is unclear',
    );
  });
});

describe('a header that does not say enough', () => {
  test('names in one question all candidates and all that is missing, with the flags of each way', () => {
    const error = refusal(['姓名', '工号', '邮箱', '手机号']);
    expect(error.message).toBe(
      'users.csv: more than one column could hold the user ID: "工号" (type unclear), "邮箱" (email), "手机号" (phone), and there is none for the app IDs.',
    );
    const apps = ['--app-ids', '<app ID>,<app ID>'];
    expect(error.ways).toEqual([
      ['--user-id-column', '工号', '--user-id-type', 'external_id', ...apps],
      ['--user-id-column', '工号', '--user-id-type', 'username', ...apps],
      ['--user-id-column', '邮箱', ...apps],
      ['--user-id-column', '手机号', ...apps],
    ]);
    const onlyOne = refusal(['工号', '邮箱', '用户ID类型'], {}, givenByFlag);
    expect(onlyOne.ways).toEqual([
      ['--user-id-column', '工号'],
      ['--user-id-column', '邮箱'],
    ]);
    expect(refusal(['姓名', '工号']).ways).toEqual([
      ['--user-id-column', '工号', '--user-id-type', 'external_id', ...apps],
      ['--user-id-column', '工号', '--user-id-type', 'username', ...apps],
    ]);
    expect(refusal(['user_id', 'user_id ', 'apps']).ways).toEqual([]);
  });

  test.each([
    ['Email Address [Required]', 'email'],
    ['Email Address [REQUIRED]', 'email'],
    ['手机号（必填）', 'phone'],
    ['Email [READ ONLY]', 'email'],
  ])('a template may say of a column what it is: %s', (name, type) => {
    const columns = find([name, 'apps']);
    expect(defaultTypeIn(columns, {}, 'users.csv')).toBe(type);
  });

  test('the key of Google Workspace is the email address, whatever else it has of a person', () => {
    const names = [
      'First Name [Required]',
      'Email Address [Required]',
      'Mobile Phone',
      'Employee ID',
      'apps',
    ];
    expect(find(names).userId).toBe(1);
  });

  test('says in one error all that is missing, what was found, and the flags that help', () => {
    const error = refusal(['Name', 'Team']);
    expect(error.message).toBe(
      'users.csv: there is no column for the user ID and none for the app IDs. Columns found: "Name", "Team".',
    );
    expect(error.hint).toBe(
      'In the header, name it user_id, or give --user-id-column <name>; name it app_ids, or give --app-ids-column <name>, or give the apps of all rows with --app-ids <a,b,c>: the GenAuth console shows each app with its ID, of 24 hexadecimal digits.',
    );
    expect(error.exitCode).toBe(2);
  });

  test('does not ask for the apps when only the user ID is missing', () => {
    const error = refusal(['Name', 'apps']);
    expect(error.message).toContain('no column for the user ID. Columns');
    expect(error.hint).not.toContain('app');
  });

  test('lists two columns that could both be the one, and names the flag that decides', () => {
    const error = refusal(['user_id', 'UID', 'apps']);
    expect(error.message).toBe('users.csv: more than one column could hold the user ID: "user_id", "UID".');
    expect(error.hint).toContain('--user-id-column');
    expect(find(['user_id', 'UID', 'apps'], { userIdColumn: 'UID' }).userId).toBe(1);
  });

  test('asks to rename when no flag can tell two columns of one name apart', () => {
    expect(refusal(['user_id', 'user_id ', 'apps']).hint).toContain('rename');
  });

  test('shows control characters, escapes and marks that turn text around as codes', () => {
    const { message } = refusal(['\u001b[31mred', 'a\u202eb', 'c\u0007']);
    expect(message).toContain('"\\u{1b}[31mred", "a\\u{202e}b", "c\\u{7}"');
  });

  test('shows at most fifty columns, and of a long name the beginning', () => {
    const names = [...Array(60).keys()].map((index) => `c${index}`);
    expect(refusal(names).message).toContain('"c49" and 10 more.');
    expect(refusal(['x'.repeat(500)]).message.length).toBeLessThan(200);
  });
});

describe('columns named by flag', () => {
  test('the name as the file spells it comes before a name that is only alike', () => {
    const names = ['MAIL', 'mail', 'apps'];
    expect(find(names, { userIdColumn: 'mail' }).userId).toBe(1);
    expect(find(names, { userIdColumn: 'MAIL' }).userId).toBe(0);
  });

  test('a name that is alike is enough when only one column has it', () => {
    expect(find(['Work E-Mail', 'apps'], { userIdColumn: 'work email' }).userId).toBe(0);
  });

  test('a name that is alike to several columns is refused', () => {
    const error = refusal(['MAIL', 'mail', 'apps'], { userIdColumn: 'Mail' });
    expect(error.message).toContain('--user-id-column "Mail" fits more than one column: "MAIL", "mail"');
  });

  test.each([['userIdColumn'], ['userIdTypeColumn'], ['appIdsColumn']] as const)(
    'a name that no column has is refused with the columns found (%s)',
    (flag) => {
      const error = refusal(['user_id', 'apps', ''], { [flag]: 'mail' });
      expect(error.message).toContain('"mail" names no column. Columns found: "user_id", "apps", "".');
      expect(refusal(['user_id', 'apps', ''], { [flag]: ' ' }).message).toContain('names no column');
    },
  );

  test('one column cannot hold two things', () => {
    const error = refusal(['user_id', 'apps'], { userIdColumn: 'apps' });
    expect(error.message).toBe('users.csv: the column "apps" cannot hold both the user ID and the app IDs.');
  });
});
