import type { Plan } from '../survey/plan.ts';
import { printable } from '../printable.ts';
import type { CanaryResult } from '../report/canary-result.ts';
import type { Piece } from './paint.ts';
import { showCauses } from './show-summary.ts';
import { counted, grouped } from './wording.ts';

/** What a person has to see before saying yes, in sections for people: each begins with an empty line, or is left out. */

export function showFirstRows({ firstRows, rows }: Plan): string[] {
  if (firstRows.length === 0) return [];
  return [
    '',
    rows.valid > firstRows.length
      ? `The first ${firstRows.length} rows, as understood`
      : 'Rows, as understood',
    ...firstRows.map(({ line, userId, userIdType, appIds, appCount }) => {
      const apps = appIds.map((appId) => printable(appId, 30)).join(', ');
      const rest = appCount - appIds.length;
      return `  line ${line}: ${userIdType} ${printable(userId)}, ${counted(appCount, 'app')}: ${apps}${rest > 0 ? ` and ${grouped(rest)} more` : ''}`;
    }),
  ];
}

const maxNames = 6;

/** What of the file has no part in what is sent. */
export function showIgnored({ columns, emptyRecords, totalRows, rows }: Plan): string[] {
  const names = columns.others.slice(0, maxNames).map((name) => `"${printable(name, 30)}"`);
  const rest = columns.others.length - names.length;
  const ignored = [
    ...(names.length === 0
      ? []
      : [
          `the ${names.length === 1 ? 'column' : 'columns'} ${names.join(', ')}${rest > 0 ? ` and ${grouped(rest)} more` : ''}: carried over into the report, and not sent`,
        ]),
    ...(emptyRecords > 0 ? [counted(emptyRecords, 'empty record')] : []),
    ...(totalRows.length > 0 ? [`row ${totalRows.join(', ')}: the total of a table`] : []),
    ...(rows.invalid > 0 ? [`${counted(rows.invalid, 'invalid row')}, never sent`] : []),
  ];
  return ignored.length === 0 ? [] : ['', 'Ignored', ...ignored.map((each) => `  ${each}`)];
}

const maxNamed = 20;

export function showProtected({ protect, rows }: Plan): string[] {
  if (protect === null) return [];
  const list = `${printable(protect.name)} (${counted(protect.ids, 'ID')})`;
  if (rows.skipped === 0) return ['', `Protected: no row names anybody on ${list}`];
  const named = protect.rows.slice(0, maxNamed).map(({ line, userIdType, userId, protectedAs }) => {
    const own =
      protectedAs.id === userId
        ? `line ${protectedAs.line} of the list`
        : `"${printable(protectedAs.id)}" in line ${protectedAs.line} of the list`;
    return `  line ${line}: ${userIdType} ${printable(userId)}, by ${own}`;
  });
  const rest = rows.skipped - named.length;
  return [
    '',
    `Protected: ${counted(rows.skipped, 'row')} of users on ${list}, never sent`,
    ...named,
    ...(rest > 0 ? [`  ... and ${grouped(rest)} more`] : []),
  ];
}

/** What is to be seen before all else. */
export function showAppForms({ oddities }: Plan): string[] {
  return oddities
    .filter(({ kind }) => kind === 'app_form')
    .flatMap(({ message }) => ['', 'Apps that may be none', `  ${printable(message, 1000)}`]);
}

export function showOddities({ oddities }: Plan): string[] {
  const others = oddities.filter(({ kind }) => kind !== 'app_form');
  if (others.length === 0) return [];
  return ['', 'Looks odd', ...others.map(({ message }) => `  ${printable(message, 1000)}`)];
}

export function showCanary({ users, rows, causes }: CanaryResult): Piece[] {
  return [
    { text: '' },
    {
      text: `The canary has ended: ${counted(users, 'user')}, ${grouped(rows.succeeded)} of ${counted(rows.total, 'row')} succeeded`,
      tone: rows.succeeded === rows.total ? 'good' : 'bad',
    },
    ...showCauses(causes),
  ];
}
