import { looseName } from './loose-name.ts';
import { unmarkedName } from './known-names.ts';

/** What a column says of a person's name. */
export type NamePart = 'whole' | 'given' | 'family';

/**
 * Names of columns with the names of people, as HR systems and directories export them: Workday `Worker`, `Legal Name`; BambooHR `Employee
 * Name`; Microsoft Entra `displayName`, `givenName`, `surname`; Okta and Google Workspace `First Name`, `Last Name`; Feishu and DingTalk 姓名.
 */
const columnNames: Readonly<Record<NamePart, readonly string[]>> = {
  whole: [
    'name',
    'fullname',
    'displayname',
    'employeename',
    'legalname',
    'preferredname',
    'worker',
    'workername',
    'staffname',
    'personname',
    '姓名',
    '名字',
    '员工姓名',
    '用户姓名',
    '真实姓名',
    '中文名',
    '中文姓名',
    '显示名',
    '显示名称',
  ],
  given: ['firstname', 'givenname', 'legalfirstname', 'preferredfirstname', '名'],
  family: ['lastname', 'surname', 'familyname', 'legallastname', '姓', '姓氏'],
};

const partByName: ReadonlyMap<string, NamePart> = new Map(
  Object.entries(columnNames).flatMap(([part, names]) =>
    names.map((name): [string, NamePart] => [name, part as NamePart]),
  ),
);

/** Undefined of a column that says nothing of it, as far as its own name tells. */
export function namePart(name: string): NamePart | undefined {
  return partByName.get(looseName(unmarkedName(name)));
}
