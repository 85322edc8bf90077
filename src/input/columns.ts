import { UserError } from '../errors.ts';
import { isKeyOfTemplate, knownNames, typeByName, unmarkedName, type TypeByName } from './known-names.ts';
import type { RowDefaults } from './row-rules.ts';
import { looseName } from './loose-name.ts';
import { printable } from './printable.ts';
import { trimSpaces } from './trim-spaces.ts';
import { userIdTypes, type UserIdType } from './user-id-type.ts';

/** The columns that the user names, as the header spells them; the others are found by their names. */
export interface ColumnChoice {
  readonly userIdColumn?: string | undefined;
  readonly userIdTypeColumn?: string | undefined;
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
  /** Which names it is known by; the first that fits any column counts. */
  readonly knownAs: readonly ((name: string) => boolean)[];
}

function isOneOf(looseNames: readonly string[]): (name: string) => boolean {
  return (name) => looseNames.includes(looseName(unmarkedName(name)));
}

function wantedColumns(choice: ColumnChoice): Record<'userId' | 'userIdType' | 'appIds', Wanted> {
  return {
    userId: {
      what: 'the user ID',
      canonical: 'user_id',
      flag: '--user-id-column',
      chosen: choice.userIdColumn,
      knownAs: [isOneOf(knownNames.userId), isKeyOfTemplate, (name) => typeByName(name) !== undefined],
    },
    userIdType: {
      what: 'the user ID type',
      canonical: 'user_id_type',
      flag: '--user-id-type-column',
      chosen: choice.userIdTypeColumn,
      knownAs: [isOneOf(knownNames.userIdType)],
    },
    appIds: {
      what: 'the app IDs',
      canonical: 'app_ids',
      flag: '--app-ids-column',
      chosen: choice.appIdsColumn,
      knownAs: [isOneOf(knownNames.appIds)],
    },
  };
}

/** How many of the columns without which no row can be read are among these, each be it more than once. */
export function neededColumnsIn(
  names: readonly string[],
  choice: ColumnChoice,
  defaults: Pick<RowDefaults, 'appIds'>,
): 'all' | 'some' | 'none' {
  const { userId, appIds } = wantedColumns(choice);
  const hasUserId = candidatesFor(names, userId).length > 0;
  const hasAppIds = candidatesFor(names, appIds).length > 0;
  const needsAppIds = appIds.chosen !== undefined || defaults.appIds.length === 0;
  if (hasUserId && (hasAppIds || !needsAppIds)) return 'all';
  return hasUserId || hasAppIds ? 'some' : 'none';
}

/** Finds the columns in a header; throws a `UserError` that says which flags decide where the names do not. */
export function findColumns(
  names: readonly string[],
  choice: ColumnChoice,
  defaults: Pick<RowDefaults, 'appIds'> & Partial<Pick<RowDefaults, 'userIdType'>>,
  fileName = 'The input',
): Columns {
  const { userId, userIdType, appIds } = wantedColumns(choice);
  const needsApps =
    defaults.appIds.length === 0 && appIds.chosen === undefined && candidatesFor(names, appIds).length === 0;
  const ways = (at: number): string[] => [
    ...(userId.chosen === undefined ? [userId.flag, trimSpaces(names[at] ?? '')] : []),
    ...(isTypeOpen(names, at, choice, defaults.userIdType) ? ['--user-id-type', 'external_id'] : []),
    ...(needsApps ? ['--app-ids', placeholder] : []),
  ];
  const found = {
    userId: findColumn(names, userId, fileName, needsApps ? appIds : undefined, ways),
    userIdType: findColumn(names, userIdType, fileName),
    appIds: findColumn(names, appIds, fileName),
  };

  const missing: Wanted[] = [];
  if (found.userId === undefined) missing.push(userId);
  if (needsApps) missing.push(appIds);
  if (missing.length > 0 || found.userId === undefined) {
    throw missingColumns(names, missing, fileName, found.userId === undefined ? [] : [ways(found.userId)]);
  }

  refuseSharedColumn(names, [userId, found.userId], [userIdType, found.userIdType], fileName);
  refuseSharedColumn(names, [userId, found.userId], [appIds, found.appIds], fileName);
  refuseSharedColumn(names, [userIdType, found.userIdType], [appIds, found.appIds], fileName);
  return { names, ...found, userId: found.userId };
}

/** Stands in a command for what only the user knows. */
const placeholder = 'APP_ID,APP_ID';

function isTypeOpen(
  names: readonly string[],
  at: number,
  choice: ColumnChoice,
  userIdType: UserIdType | undefined,
): boolean {
  if (userIdType !== undefined || typeByName(names[at] ?? '') !== 'unclear') return false;
  return candidatesFor(names, wantedColumns(choice).userIdType).length === 0;
}

/**
 * The type of rows that name none, told by the name of the user ID's column; undefined where every row has to name one.
 * @throws {UserError} where nothing tells it.
 */
export function defaultTypeIn(
  { names, userId, userIdType }: Columns,
  fileName: string,
): UserIdType | undefined {
  const type = typeByName(names[userId] ?? '') ?? 'user_id';
  if (type !== 'unclear') return type;
  if (userIdType !== undefined) return undefined;
  throw new UserError(
    `${fileName}: the name of the column ${list(names, [userId])} does not tell which type of user ID it holds.`,
    {
      hint: `Give --user-id-type: external_id where GenAuth keeps them as external IDs, username where people sign in with them, or another of ${userIdTypes.join(', ')}.`,
      ways: ['external_id', 'username'].map((each) => ['--user-id-type', each]),
    },
  );
}

/** The column named by flag, as the file spells it rather than one that is only alike; else those known by their names. */
function candidatesFor(names: readonly string[], wanted: Wanted): number[] {
  if (wanted.chosen === undefined) {
    const known = wanted.knownAs.map((isKnown) => indexesOf(names, isKnown));
    return known.find((candidates) => candidates.length > 0) ?? [];
  }
  const exact = trimSpaces(wanted.chosen);
  const loose = looseName(wanted.chosen);
  const exactly = indexesOf(names, (name) => exact !== '' && trimSpaces(name) === exact);
  return exactly.length > 0 ? exactly : indexesOf(names, (name) => loose !== '' && looseName(name) === loose);
}

/** @param alsoMissing named in the same error. @param way what decides for a candidate. */
function findColumn(
  names: readonly string[],
  wanted: Wanted,
  fileName: string,
  alsoMissing?: Wanted,
  way: (at: number) => string[] = (at) => [wanted.flag, trimSpaces(names[at] ?? '')],
): number | undefined {
  const candidates = candidatesFor(names, wanted);
  if (candidates.length === 1) return candidates[0];
  if (wanted.chosen === undefined) {
    if (candidates.length === 0) return undefined;
    throw unclearColumn(names, candidates, wanted, fileName, alsoMissing, way);
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

/** One question that names all candidates, and all else that is missing. */
function unclearColumn(
  names: readonly string[],
  candidates: readonly number[],
  wanted: Wanted,
  fileName: string,
  alsoMissing: Wanted | undefined,
  way: (at: number) => string[],
): UserError {
  const types = candidates.map((at) => typeByName(names[at] ?? ''));
  const described = candidates.map((at, index) => `${list(names, [at])}${describeType(types[index])}`);
  const missing = alsoMissing === undefined ? '' : `, and there is none for ${alsoMissing.what}`;
  const hint = [
    hintForChoice(names, candidates, wanted.flag),
    ...(types.includes('unclear')
      ? [
          'Give --user-id-type with it where the type is unclear: external_id, or username where people sign in with it.',
        ]
      : []),
    ...(alsoMissing === undefined ? [] : [`Give the apps of all rows with --app-ids: ${whereAppIdsAre}`]),
  ];
  return new UserError(
    `${fileName}: more than one column could hold ${wanted.what}: ${described.join(', ')}${missing}.`,
    { hint: hint.join(' '), ways: haveOneName(names, candidates) ? [] : candidates.map(way) },
  );
}

const whereAppIdsAre = 'the GenAuth console shows each app with its ID, of 24 hexadecimal digits.';

function describeType(type: TypeByName | undefined): string {
  if (type === undefined) return '';
  return type === 'unclear' ? ' (type unclear)' : ` (${type})`;
}

function missingColumns(
  names: readonly string[],
  missing: readonly Wanted[],
  fileName: string,
  ways: readonly (readonly string[])[],
): UserError {
  const what = missing.map((wanted) => wanted.what).join(' and none for ');
  const flags = missing.map((wanted) => `name it ${wanted.canonical}, or give ${wanted.flag} <name>`);
  const appsForAll = missing.some((wanted) => wanted.canonical === 'app_ids')
    ? `, or give the apps of all rows with --app-ids <a,b,c>: ${whereAppIdsAre}`
    : '.';
  return new UserError(`${fileName}: there is no column for ${what}. ${columnsFound(names)}`, {
    hint: `In the header, ${flags.join('; ')}${appsForAll}`,
    ways,
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
  return haveOneName(names, candidates)
    ? 'They have the same name: rename or remove all but one in the file.'
    : `Say which one with ${flag} <name>, spelled as in the file.`;
}

/** So that no flag can tell them apart. */
function haveOneName(names: readonly string[], candidates: readonly number[]): boolean {
  return new Set(candidates.map((index) => trimSpaces(names[index] ?? ''))).size < candidates.length;
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
