import { UserError } from '../errors.ts';
import type { RowDefaults } from './check-row.ts';
import { knownNames } from './known-names.ts';
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

function wantedColumns(choice: ColumnChoice): Record<'userId' | 'userIdType' | 'appIds', Wanted> {
  return {
    userId: {
      what: 'the user ID',
      canonical: 'user_id',
      flag: '--user-id-column',
      chosen: choice.userIdColumn,
      knownAs: knownNames.userId,
    },
    userIdType: {
      what: 'the user ID type',
      canonical: 'user_id_type',
      flag: '--user-id-type-column',
      chosen: choice.userIdTypeColumn,
      knownAs: knownNames.userIdType,
    },
    appIds: {
      what: 'the app IDs',
      canonical: 'app_ids',
      flag: '--app-ids-column',
      chosen: choice.appIdsColumn,
      knownAs: knownNames.appIds,
    },
  };
}

/** Whether the columns without which no row can be read are among these, be it more than once. */
export function holdsColumns(
  names: readonly string[],
  choice: ColumnChoice,
  defaults: Pick<RowDefaults, 'appIds'>,
): boolean {
  const { userId, appIds } = wantedColumns(choice);
  return (
    candidatesFor(names, userId).length > 0 &&
    (candidatesFor(names, appIds).length > 0 || (appIds.chosen === undefined && defaults.appIds.length > 0))
  );
}

/** Finds the columns in a header; throws a `UserError` that says which flag decides where the names do not. */
export function findColumns(
  names: readonly string[],
  choice: ColumnChoice,
  defaults: Pick<RowDefaults, 'appIds'>,
  fileName = 'The input',
): Columns {
  const { userId, userIdType, appIds } = wantedColumns(choice);
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

/** The column named by flag, as the file spells it rather than one that is only alike; else those known by their names. */
function candidatesFor(names: readonly string[], wanted: Wanted): number[] {
  if (wanted.chosen === undefined)
    return indexesOf(names, (name) => wanted.knownAs.includes(looseName(name)));
  const exact = trimSpaces(wanted.chosen);
  const loose = looseName(wanted.chosen);
  const exactly = indexesOf(names, (name) => exact !== '' && trimSpaces(name) === exact);
  return exactly.length > 0 ? exactly : indexesOf(names, (name) => loose !== '' && looseName(name) === loose);
}

function findColumn(names: readonly string[], wanted: Wanted, fileName: string): number | undefined {
  const candidates = candidatesFor(names, wanted);
  if (candidates.length === 1) return candidates[0];
  if (wanted.chosen === undefined) {
    if (candidates.length === 0) return undefined;
    throw new UserError(
      `${fileName}: more than one column could hold ${wanted.what}: ${list(names, candidates)}.`,
      { hint: hintForChoice(names, candidates, wanted.flag) },
    );
  }
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
  const what = missing.map((wanted) => wanted.what).join(' and none for ');
  const flags = missing.map((wanted) => `name it ${wanted.canonical}, or give ${wanted.flag} <name>`);
  const appsForAll = missing.some((wanted) => wanted.canonical === 'app_ids')
    ? ', or give the apps of all rows with --app-ids <a,b,c>'
    : '';
  return new UserError(`${fileName}: there is no column for ${what}. ${columnsFound(names)}`, {
    hint: `In the header, ${flags.join('; ')}${appsForAll}.`,
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
