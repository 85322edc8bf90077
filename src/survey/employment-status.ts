import type { Columns } from '../input/columns/columns.ts';
import { unmarkedName } from '../input/words/known-names.ts';
import { looseName } from '../input/words/loose-name.ts';

/** What a cell says about whether the person is still there. */
export type Employment = 'left' | 'active' | 'unclear';

export interface StatusColumn {
  readonly name: string;
  /** Its index from 0. */
  readonly place: number;
  read(cell: string): Employment;
}

/** Loose names of columns that say it in words, by what HR systems and directories call them in English and Chinese. */
const wordColumns = words(
  'status employmentstatus employeestatus workerstatus staffstatus personstatus hrstatus jobstatus assignmentstatus',
  'userstatus accountstatus currentstatus lifecyclestatus lifecyclestate',
  '状态 员工状态 人员状态 在职状态 离职状态 任职状态 雇佣状态 工作状态 用户状态 账号状态 帐号状态 账户状态 成员状态',
);

/** Of columns where yes means that the person is still there. */
const activeColumns = words(
  'active isactive activestatus currentlyactive enabled isenabled accountenabled employed currentemployee',
  '是否在职 在职 是否启用 启用 是否激活 是否有效',
);

/** Of columns where yes means that the person has left. */
const leftColumns = words(
  'terminated isterminated inactive isinactive left disabled isdisabled accountdisabled suspended issuspended deleted isdeleted',
  '是否离职 离职 已离职 是否停用 是否禁用',
);

const leftWords = words(
  'terminated termed left leaver inactive exited quit resigned separated retired deceased dismissed departed offboarded',
  'former formeremployee exemployee laidoff contractended nolongeremployed',
  'deactivated disabled suspended deprovisioned deleted archived closed blocked removed revoked expired',
  '离职 已离职 离职人员 主动离职 被动离职 自动离职 辞职 已辞职 辞退 已辞退 开除 解聘 解雇 裁员 退休 已退休 去世 离场 已离场',
  '停用 已停用 禁用 已禁用 注销 已注销 冻结 已冻结 删除 已删除 失效 已失效 终止 已终止',
);

const activeWords = words(
  'active activated enabled employed current working hired newhire onboarding onnotice noticeperiod onleave leave leaveofabsence',
  'probation permanent regular fulltime parttime staged provisioned recovery passwordexpired lockedout invited pending',
  '在职 在岗 在籍 正式 试用 试用期 转正 实习 返聘 借调 外派 休假 停薪留职 待入职 待离职 离职中',
  '启用 已启用 激活 已激活 未激活 正常 有效',
);

const yes = words('yes y true t 1 是 有 √');
const no = words('no n false f 0 否 无 ×');

/** The columns that seem to say who is still there. Whether they do is seen by what they hold. */
export function findStatusColumns({ names, userId, userIdType, appIds }: Columns): StatusColumn[] {
  return names.flatMap((name, place) => {
    if (place === userId || place === userIdType || place === appIds) return [];
    const known = looseName(unmarkedName(name));
    if (wordColumns.has(known)) return [{ name, place, read: readWords }];
    if (activeColumns.has(known)) return [{ name, place, read: readYes('active', 'left') }];
    return leftColumns.has(known) ? [{ name, place, read: readYes('left', 'active') }] : [];
  });
}

function readYes(meaning: Employment, opposite: Employment): (cell: string) => Employment {
  return (cell) => {
    const word = looseName(cell);
    if (yes.has(word)) return meaning;
    return no.has(word) ? opposite : readWords(cell);
  };
}

/** `Terminated - voluntary` and `离职（主动）` begin with the word that counts. */
function readWords(cell: string): Employment {
  const word = looseName(cell);
  const first = looseName(/^[^(（\-–—:：,，/]*/.exec(cell)?.[0] ?? '');
  if (activeWords.has(word)) return 'active';
  if (leftWords.has(word) || leftWords.has(first)) return 'left';
  return activeWords.has(first) ? 'active' : 'unclear';
}

function words(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}
