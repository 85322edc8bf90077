import { looseName } from './loose-name.ts';
import * as ofLanguages from './names-of-languages.ts';
import { parseUserIdType, type UserIdType } from './user-id-type.ts';

/** Names of the three columns. None that could mean something else in an HR export, such as `id`, `name` or `type`. */
const knownNames = {
  userId: ['userid', 'uid', 'genauthuserid', 'authinguserid', '用户id'],
  userIdType: ['useridtype', 'uidtype', 'idtype', '用户id类型'],
  appIds: [
    'appids',
    'appid',
    'apps',
    'applicationids',
    'applicationid',
    'applications',
    '应用id',
    '应用',
    '应用列表',
    '应用id列表',
  ],
} as const;

/** Likewise in other languages. They count only where no column has one of the names above. */
const namesElsewhere = {
  userId: ofLanguages.userIdNames,
  userIdType: ofLanguages.userIdTypeNames,
  appIds: ofLanguages.appIdsNames,
} as const;

/** The three columns. */
export type ColumnRole = keyof typeof knownNames;

/** The type of the user IDs in a column, or that its name does not tell the type. */
export type TypeByName = UserIdType | 'unclear';

/**
 * Names of columns that name a user by something else than the user ID, as HR systems and directories export
 * them. Microsoft Entra: `userPrincipalName`, `mail`, `mobile`, `mobilePhone` (its documentation and downloads). Okta: `login`,
 * `email`, `mobilePhone`, `employeeNumber` (its profile attributes). BambooHR: `Employee #`, `Work Email`, `Mobile Phone` (its
 * field names). Workday, Feishu, DingTalk: what such reports usually call them, as each tenant may rename its columns.
 *
 * Private addresses and office telephones are left out: the first can belong to another account of the person, the second
 * to none.
 */
const identifyingNames: Readonly<Partial<Record<TypeByName, readonly string[]>>> = {
  phone: [
    'phone',
    'phonenumber',
    'mobile',
    'mobilephone',
    'mobilenumber',
    'mobilephonenumber',
    'cellphone',
    '手机',
    '手机号',
    '手机号码',
    '移动电话',
    ...ofLanguages.phoneNames,
  ],
  email: [
    'email',
    'emailaddress',
    'mail',
    'workemail',
    'workemailaddress',
    'businessemail',
    'primaryemail',
    'primaryworkemail',
    'emailprimarywork',
    '邮箱',
    '邮箱地址',
    '电子邮箱',
    '电子邮件',
    '工作邮箱',
    '企业邮箱',
    ...ofLanguages.emailNames,
  ],
  // `User Name` could hold people's names. It is taken only where no other column could name the user, and then said.
  username: ['username', '用户名', ...ofLanguages.usernameNames],
  external_id: ['externalid', '外部id', ...ofLanguages.externalIdNames],
  // Which of GenAuth's fields holds these is each tenant's own choice: often the external ID, the username or the email.
  unclear: [
    'employeeid',
    'employeenumber',
    'employeeno',
    'employee#',
    'employeecode',
    'workerid',
    'personnelnumber',
    'staffid',
    '工号',
    '员工工号',
    '员工编号',
    '员工号',
    '人员编号',
    '员工userid',
    'userprincipalname',
    'upn',
    'login',
    'loginname',
    'samaccountname',
    '登录名',
    '账号',
    ...ofLanguages.unclearNames,
  ],
};

const typesByName: ReadonlyMap<string, TypeByName> = new Map(
  Object.entries(identifyingNames).flatMap(([type, names]) =>
    names.map((name): [string, TypeByName] => [name, type as TypeByName]),
  ),
);

/** The property in a header of Entra's templates, such as `User name [userPrincipalName] Required`. */
const entraProperty = /\[([a-z]\w+)\](?: Required)?$/;

/**
 * What templates say of a column, filled in and used as an export: `手机号*`, and in Google Workspace `Email Address [Required]`,
 * `Status [READ ONLY]`.
 */
const marks = /\*|[([](?:必填|required|read ?only|upload ?only)[)\]]/gi;

/** A column's name without what a template says of it. */
export function unmarkedName(name: string): string {
  return name.normalize('NFKC').replaceAll(marks, '');
}

/** What the tables above hold of a name: nothing that people vary, and no accents, as not all who write them do. */
function keyOf(name: string): string {
  const key = looseName(unmarkedName(name)).replaceAll(/['’‘´`()]|[.:]+$/g, '');
  if (/^[\x00-\x7f]*$/.test(key)) return key;
  return key
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** The type of the user IDs in a column of this name; `undefined` where the name says of none that it names a user. */
export function typeByName(name: string): TypeByName | undefined {
  return typesByName.get(keyOf(entraProperty.exec(name)?.[1] ?? name));
}

/** Likewise of a column of which it is said that it holds the user IDs: `unclear` where its name does not say of which type. */
export function typeOfUserIds(name: string): TypeByName {
  if (isNameOf('userId', name) || isForeignNameOf('userId', name)) return 'user_id';
  return typeByName(name) ?? parseUserIdType(unmarkedName(name)) ?? 'unclear';
}

/** The key of a template of Google Workspace, which has columns for all other IDs of a person, too. */
export function isKeyOfTemplate(name: string): boolean {
  return /\[required\]/i.test(name) && typeByName(name) !== undefined;
}

export function isNameOf(role: ColumnRole, name: string): boolean {
  return (knownNames[role] as readonly string[]).includes(keyOf(name));
}

/** Whether it is called so in another language than English or Chinese. */
export function isForeignNameOf(role: ColumnRole, name: string): boolean {
  return namesElsewhere[role].includes(keyOf(name));
}

const allKnownNames: ReadonlySet<string> = new Set(
  [knownNames, namesElsewhere].flatMap((names) => Object.values(names).flat()),
);

/** Whether a column of this name is taken for one of the three when no flag says which they are. */
export function isKnownName(name: string): boolean {
  return allKnownNames.has(keyOf(name));
}

/** Names that are common in Chinese exports of people. They only show that text was decoded rightly. */
const otherChineseNames = ['姓名', '部门', '职位', '状态', '员工状态', '离职日期', '入职日期', '最后工作日'];

const chineseNames: ReadonlySet<string> = new Set([
  ...[...allKnownNames, ...typesByName.keys()].filter((name) => /\p{Script=Han}/u.test(name)),
  ...otherChineseNames,
]);

export function isChineseName(name: string): boolean {
  return chineseNames.has(looseName(unmarkedName(name)));
}
