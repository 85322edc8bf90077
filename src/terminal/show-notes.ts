import type { Plan } from '../survey/plan.ts';
import { grouped, printable, visible } from '../printable.ts';
import type { CanaryResult } from '../report/canary-result.ts';
import type { Piece } from './paint.ts';
import { showCauses } from './show-summary.ts';
import { counted } from './wording.ts';

/** What a person has to see before saying yes, in sections for people: each begins with an empty line, or is left out. */

export function showFirstRows({ firstRows, rows, usersByApp }: Plan): string[] {
  if (firstRows.length === 0) return [];
  const names = new Map(usersByApp.map(({ appId, name }) => [appId, name]));
  return [
    '',
    rows.valid > firstRows.length
      ? `The first ${firstRows.length} rows, as understood`
      : 'Rows, as understood',
    ...firstRows.map(({ line, userId, userIdType, appIds, appCount }) => {
      const apps = appIds.map((appId) => printable(names.get(appId) ?? appId, 30)).join(', ');
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

/** Of warnings and oddities those by which a call may ask for something else than is meant. */
const doubtfulWarnings: ReadonlySet<string> = new Set(['split_app', 'country_prefix', 'odd_phone']);
const doubtfulForms: ReadonlyMap<string, string> = new Map([
  ['app_form', 'the apps'],
  ['user_form', 'the users'],
  ['phone_form', 'the phone numbers'],
  ['email_form', 'the email addresses'],
]);

/** What is to be looked at before all else, as no row is invalid for it: each goes on from "Look first at". */
export function doubtsOf({ warningGroups, oddities }: Plan): string[] {
  const ofRows = warningGroups
    .filter(({ kind }) => doubtfulWarnings.has(kind))
    .flatMap(({ examples: [first], count }) =>
      first === undefined
        ? []
        : [
            `line ${first.line}${count > 1 ? ` and ${counted(count - 1, 'other row')}` : ''}: ${visible(first.message, 400)}`,
          ],
    );
  const ofForms = oddities.flatMap(({ kind, message }) => {
    const what = doubtfulForms.get(kind);
    return what === undefined ? [] : [`${what}: ${visible(message, 1000)}`];
  });
  return [...ofRows, ...ofForms];
}

export function showDoubts(plan: Plan): string[] {
  const doubts = doubtsOf(plan);
  return doubts.length === 0 ? [] : ['', 'Look first at', ...doubts.map((doubt) => `  ${doubt}`)];
}

export function showOddities({ oddities }: Plan): string[] {
  const others = oddities.filter(({ kind }) => !doubtfulForms.has(kind));
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
