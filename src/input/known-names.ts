import { looseName } from './loose-name.ts';

/** Loose names. None that could mean something else in an HR export, such as `id`, `name` or `type`. */
export const knownNames = {
  userId: ['userid', 'uid', 'genauthuserid', 'authinguserid', '用户id'],
  userIdType: ['useridtype', 'uidtype', 'idtype', '用户id类型', 'id类型'],
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
} as const satisfies Record<string, readonly string[]>;

const allKnownNames: ReadonlySet<string> = new Set(Object.values(knownNames).flat());

/** Whether a column of this name is taken for one of the three when no flag says which they are. */
export function isKnownName(name: string): boolean {
  return allKnownNames.has(looseName(name));
}

/** Names that are common in Chinese exports of people. They only show that text was decoded rightly. */
const otherChineseNames = ['姓名', '部门', '职位', '手机号', '邮箱', '工号', '用户名', '状态'];

const chineseNames: ReadonlySet<string> = new Set([
  ...[...allKnownNames].filter((name) => /\p{Script=Han}/u.test(name)),
  ...otherChineseNames,
]);

export function isChineseName(name: string): boolean {
  return chineseNames.has(looseName(name));
}
