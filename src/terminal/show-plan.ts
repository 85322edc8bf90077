import type { Plan } from '../survey/plan.ts';
import { showDelimiter } from '../input/text/find-header.ts';
import type { Format, SheetFormat } from '../input/text/format.ts';
import { grouped, printable, visible } from '../printable.ts';
import { maxCountedApps } from '../survey/app-counts.ts';
import type { PhoneSummary } from '../survey/phone-counts.ts';
import type { ProblemGroup } from '../survey/problem-groups.ts';
import type { Piece, Tone } from './paint.ts';
import { showDoubts, showFirstRows, showIgnored, showOddities, showProtected } from './show-notes.ts';
import { showProblems } from './show-problems.ts';
import { counted, lasting } from './wording.ts';

/**
 * The plan for people.
 * @param rate the ceiling in attempts per second, where there is one.
 * @param hasDoubts with what is to be looked at first, which whoever asks a question has beside that instead.
 */
export function showPlan(plan: Plan, rate: number | undefined, hasDoubts = true): Piece[] {
  const { rows, columns } = plan;
  const types = Object.entries(plan.usersByType).map(([type, users]) => `${type} ${grouped(users)}`);
  const quote = (name: string): string => `"${printable(name)}"`;
  const apps = plan.apps < maxCountedApps ? grouped(plan.apps) : `${grouped(maxCountedApps)} or more`;
  const lines = [
    `Plan for ${printable(plan.input.name)}`,
    `  SHA-256   ${plan.input.sha256}`,
    `  format    ${showFormat(plan.format)}`,
    `  columns   user ID ${quote(columns.userId)}, type ${columns.userIdType === null ? columns.defaultUserIdType : quote(columns.userIdType)}, apps ${columns.appIds === null ? 'from --app-ids' : quote(columns.appIds)}`,
    `  rows      ${grouped(rows.total)}${showLines(plan)}${rows.invalid > 0 ? `, of which ${grouped(rows.invalid)} invalid` : ''}`,
    `  users     ${grouped(plan.users)}${types.length > 0 ? ` (${types.join(', ')})` : ''}`,
    ...(rows.repeatingUser > 0
      ? [`  repeated  ${counted(rows.repeatingUser, 'row')} naming a user seen before`]
      : []),
    ...(plan.phones === null ? [] : [showPhones(plan.phones)]),
    `  apps      ${apps}${showUsersByApp(plan)}`,
    `  calls     ${grouped(plan.calls)}${plan.callsByRow > plan.calls ? ` instead of ${grouped(plan.callsByRow)}, as all rows of a user are one` : ''}`,
    ...(rate === undefined
      ? []
      : [
          `  time      ${plan.calls < rate ? '' : 'at least '}${lasting((plan.calls / rate) * 1000)} at ${rate} a second`,
        ]),
  ];
  return [
    ...section(lines),
    ...(hasDoubts ? section(showDoubts(plan), 'doubtful') : []),
    ...section(showFirstRows(plan)),
    ...section(showIgnored(plan)),
    ...section(showProtected(plan)),
    ...section(showOddities(plan), 'doubtful'),
    ...section(showRepeated(plan)),
    ...section(
      listed(
        `Problems (${grouped(plan.problemCount)} in ${counted(rows.invalid, 'row')})`,
        plan.problemGroups,
      ),
      'bad',
    ),
    ...section(showWarnings(plan), 'doubtful'),
  ];
}

/** What is to be seen where nobody is asked, as somebody may read it afterwards. */
export function showNotes(plan: Plan): Piece[] {
  return [
    ...section(showDoubts(plan), 'doubtful'),
    ...section(showIgnored(plan)),
    ...section(showProtected(plan)),
    ...section(showOddities(plan), 'doubtful'),
    ...section(showWarnings(plan), 'doubtful'),
  ];
}

/** @param tone of its title, which stands behind an empty line. */
function section(lines: readonly string[], tone?: Tone): Piece[] {
  return lines.map((text, at) => ({ text, tone: at === 1 ? tone : undefined }));
}

/** Where a record takes several lines. */
function showLines({ lines, rows }: Plan): string {
  return lines === null || lines.rows === rows.total ? '' : ` on ${grouped(lines.rows)} lines`;
}

function showWarnings(plan: Plan): string[] {
  return listed(`Warnings (${grouped(plan.warningCount)})`, plan.warningGroups);
}

function showFormat(format: Format): string {
  if ('sheet' in format) return showSheet(format);
  const { encoding, delimiter, headerLine } = format;
  return `${encoding.toUpperCase()}, ${showDelimiter(delimiter)} between the columns, header in line ${headerLine}`;
}

const maxSheets = 5;

function showSheet({ sheet, otherSheets, headerLine }: SheetFormat): string {
  const shown = otherSheets.slice(0, maxSheets).map((name) => `"${printable(name, 31)}"`);
  const more = otherSheets.length > maxSheets ? `, and ${grouped(otherSheets.length - maxSheets)} more` : '';
  const others = shown.length === 0 ? '' : `; not read: ${shown.join(', ')}${more}`;
  return `Excel workbook, sheet "${printable(sheet)}", header in row ${headerLine}${others}`;
}

const maxApps = 3;
/** Of all that there are somebody should see which ones that is. */
const maxAllApps = 20;

function showUsersByApp({ usersByApp, userPoolApps }: Plan): string {
  const areAllMeant = userPoolApps?.areAllMeant === true;
  const all = areAllMeant ? `all ${grouped(userPoolApps.count)} that the access key sees: ` : '';
  const max = areAllMeant ? maxAllApps : maxApps;
  if (usersByApp.length < 2 && usersByApp[0]?.name === undefined) return '';
  const nameOf = ({ appId, name }: Plan['usersByApp'][number]): string => printable(name ?? appId, 30);
  const most = usersByApp
    .slice(0, max)
    .map((app) =>
      usersByApp.length < 2 || areAllMeant ? nameOf(app) : `${nameOf(app)} ${counted(app.users, 'user')}`,
    );
  const single = usersByApp.filter(({ users }) => users === 1).map(nameOf);
  // An app that only one of many rows names is easily a mistyped one.
  const odd =
    single.length === 0 || usersByApp.length <= max
      ? ''
      : `; for one user only: ${single.slice(0, maxApps).join(', ')}${single.length > maxApps ? ` and ${grouped(single.length - maxApps)} more` : ''}`;
  return ` (${all}${most.join(', ')}${usersByApp.length > max ? ', ...' : ''}${odd})`;
}

function showRepeated({ repeated }: Plan): string[] {
  if (repeated.users === 0) return [];
  const rest = repeated.users - repeated.first.length;
  return [
    '',
    `Named in more than one place (${counted(repeated.users, 'user')}): what all their rows ask for is done at once`,
    ...repeated.first.map(
      ({ userId, userIdType, line, firstLine }) =>
        `  line ${firstLine} and ${line}: ${userIdType} ${printable(userId)}`,
    ),
    ...(rest > 0 ? [`  ... and ${grouped(rest)} more`] : []),
  ];
}

function listed(title: string, groups: readonly ProblemGroup[]): string[] {
  return groups.length === 0 ? [] : ['', title, ...showProblems(groups)];
}

function showPhones({ rows, prefixes, stripped, first }: PhoneSummary): string {
  const { line, written, sent } = first;
  const counts = Object.entries(prefixes).map(([prefix, count]) => `${grouped(count)} with ${prefix}`);
  const told = stripped > 0 ? `, ${grouped(stripped)} sent without it` : '';
  const example = written === sent ? `"${visible(sent)}"` : `"${visible(written)}" as "${visible(sent)}"`;
  return `  phones    ${grouped(rows)}${counts.length > 0 ? `, ${counts.join(', ')}${told}` : ''}; line ${line} is sent ${written === sent ? 'as ' : ''}${example}`;
}
