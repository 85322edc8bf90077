import { UserError } from '../errors.ts';
import type { RowDefaults } from './row-rules.ts';
import { looseName } from './loose-name.ts';
import { printable } from './printable.ts';
import { trimSpaces } from './trim-spaces.ts';

/** The columns that the user names by flag; the others are found by their names. */
export interface ColumnChoice {
  /** `--user-id-column` */
  readonly userIdColumn?: string | undefined;
  /** `--user-id-type-column` */
  readonly userIdTypeColumn?: string | undefined;
  /** `--app-ids-column` */
  readonly appIdsColumn?: string | undefined;
}

/** Which column is which, by index from 0. */
export interface Columns {
  /** The header's cells as they stand in the file. */
  readonly names: readonly string[];
  readonly userId: number;
  readonly userIdType: number | undefined;
  readonly appIds: number | undefined;
}

interface Wanted {
  readonly what: string;
  readonly canonical: string;
  readonly flag: string;
  readonly chosen: string | undefined;
  readonly knownAs: readonly string[];
}

/** Loose names. None that could mean something else in an HR export, such as `id`, `name` or `type`. */
const knownNames = {
  userId: ['userid', 'uid', 'genauthuserid', 'authinguserid'],
  userIdType: ['useridtype', 'uidtype', 'idtype'],
  appIds: ['appids', 'appid', 'apps', 'applicationids', 'applicationid', 'applications'],
};

const allKnownNames: ReadonlySet<string> = new Set(Object.values(knownNames).flat());

/** Whether a column of this name is taken for one of the three when no flag says which they are. */
export function isKnownName(name: string): boolean {
  return allKnownNames.has(looseName(name));
}

/** Finds the columns in a header; throws a `UserError` that says which flag decides where the names do not. */
export function findColumns(
  names: readonly string[],
  choice: ColumnChoice,
  defaults: Pick<RowDefaults, 'appIds'>,
  fileName = 'The input',
): Columns {
  const userId: Wanted = {
    what: 'the user ID',
    canonical: 'user_id',
    flag: '--user-id-column',
    chosen: choice.userIdColumn,
    knownAs: knownNames.userId,
  };
  const userIdType: Wanted = {
    what: 'the user ID type',
    canonical: 'user_id_type',
    flag: '--user-id-type-column',
    chosen: choice.userIdTypeColumn,
    knownAs: knownNames.userIdType,
  };
  const appIds: Wanted = {
    what: 'the app IDs',
    canonical: 'app_ids',
    flag: '--app-ids-column',
    chosen: choice.appIdsColumn,
    knownAs: knownNames.appIds,
  };
  const found = {
    userId: findColumn(names, userId, fileName),
    userIdType: findColumn(names, userIdType, fileName),
    appIds: findColumn(names, appIds, fileName),
  };

  const missing: Wanted[] = [];
  if (found.userId === undefined) missing.push(userId);
  if (found.appIds === undefined && defaults.appIds.length === 0) missing.push(appIds);
  if (missing.length > 0 || found.userId === undefined) throw missingColumns(names, missing, fileName);

  refuseSharedColumn(names, [userId, found.userId], [userIdType, found.userIdType], fileName);
  refuseSharedColumn(names, [userId, found.userId], [appIds, found.appIds], fileName);
  refuseSharedColumn(names, [userIdType, found.userIdType], [appIds, found.appIds], fileName);
  return { names, ...found, userId: found.userId };
}

function findColumn(names: readonly string[], wanted: Wanted, fileName: string): number | undefined {
  if (wanted.chosen === undefined) {
    const candidates = indexesOf(names, (name) => wanted.knownAs.includes(looseName(name)));
    if (candidates.length < 2) return candidates[0];
    throw new UserError(
      `${fileName}: more than one column could hold ${wanted.what}: ${list(names, candidates)}.`,
      { hint: hintForChoice(names, candidates, wanted.flag) },
    );
  }
  const exact = trimSpaces(wanted.chosen);
  const loose = looseName(wanted.chosen);
  const exactly = indexesOf(names, (name) => exact !== '' && trimSpaces(name) === exact);
  const candidates =
    exactly.length > 0 ? exactly : indexesOf(names, (name) => loose !== '' && looseName(name) === loose);
  if (candidates.length === 1) return candidates[0];
  const chosen = `${wanted.flag} "${printable(wanted.chosen)}"`;
  if (candidates.length === 0) {
    throw new UserError(`${fileName}: ${chosen} names no column. ${columnsFound(names)}`, {
      hint: `Give ${wanted.flag} one of these names.`,
    });
  }
  throw new UserError(`${fileName}: ${chosen} fits more than one column: ${list(names, candidates)}.`, {
    hint: hintForChoice(names, candidates, wanted.flag),
  });
}

function missingColumns(names: readonly string[], missing: readonly Wanted[], fileName: string): UserError {
  const separator = names.length === 1 ? /[;\t|]/.exec(names[0] ?? '')?.[0] : undefined;
  if (separator !== undefined) {
    const shown = separator === '\t' ? 'a TAB' : `"${separator}"`;
    return new UserError(
      `${fileName}: the header is one single column; ${shown} seems to stand between its names where a comma should: "${printable(names[0] ?? '', 100)}".`,
      { hint: 'Save the file with commas between the columns, for example as "CSV UTF-8" in Excel.' },
    );
  }
  const what = missing.map((wanted) => wanted.what).join(' and none for ');
  const flags = missing.map((wanted) => `name it ${wanted.canonical}, or give ${wanted.flag} <name>`);
  const appsForAll = missing.some((wanted) => wanted.canonical === 'app_ids')
    ? ', or give the apps of all rows with --app-ids <a,b,c>'
    : '';
  return new UserError(`${fileName}: there is no column for ${what}. ${columnsFound(names)}`, {
    hint: `In the first line, ${flags.join('; ')}${appsForAll}.`,
  });
}

function refuseSharedColumn(
  names: readonly string[],
  [one, oneAt]: readonly [Wanted, number | undefined],
  [other, otherAt]: readonly [Wanted, number | undefined],
  fileName: string,
): void {
  if (oneAt === undefined || oneAt !== otherAt) return;
  throw new UserError(
    `${fileName}: the column ${list(names, [oneAt])} cannot hold both ${one.what} and ${other.what}.`,
    { hint: `Give ${one.flag} and ${other.flag} two different columns.` },
  );
}

function hintForChoice(names: readonly string[], candidates: readonly number[], flag: string): string {
  const spellings = new Set(candidates.map((index) => trimSpaces(names[index] ?? '')));
  return spellings.size === candidates.length
    ? `Say which one with ${flag} <name>, spelled as in the file.`
    : 'They have the same name: rename or remove all but one in the file.';
}

function indexesOf(names: readonly string[], fits: (name: string) => boolean): number[] {
  return names.flatMap((name, index) => (fits(name) ? [index] : []));
}

function columnsFound(names: readonly string[]): string {
  const shown = names.slice(0, 50);
  const rest = names.length - shown.length;
  return `Columns found: ${list(shown, [...shown.keys()])}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

function list(names: readonly string[], indexes: readonly number[]): string {
  return indexes.map((index) => `"${printable(trimSpaces(names[index] ?? ''))}"`).join(', ');
}
