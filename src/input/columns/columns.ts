import { UserError } from '../../errors.ts';
import type { Sample } from './column-looks.ts';
import {
  flagFitsSeveral,
  list,
  missingColumns,
  noSuchColumn,
  openType,
  severalColumns,
  type Asked,
  type Wanted,
} from './column-question.ts';
import {
  isForeignNameOf,
  isKeyOfTemplate,
  isNameOf,
  typeByName,
  typeOfUserIds,
  type ColumnRole,
} from '../words/known-names.ts';
import { looseName } from '../words/loose-name.ts';
import type { RowDefaults } from '../cell/row-rules.ts';
import { trimSpaces } from '../words/trim-spaces.ts';
import type { UserIdType } from '../words/user-id-type.ts';

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

function namesOf(role: ColumnRole): Wanted['knownAs'] {
  return [(name) => isNameOf(role, name), (name) => isForeignNameOf(role, name)];
}

function wantedColumns(choice: ColumnChoice): Record<ColumnRole, Wanted> {
  return {
    userId: {
      what: 'the user ID',
      canonical: 'user_id',
      flag: '--user-id-column',
      chosen: choice.userIdColumn,
      knownAs: [...namesOf('userId'), isKeyOfTemplate, (name) => typeByName(name) !== undefined],
    },
    userIdType: {
      what: 'the user ID type',
      canonical: 'user_id_type',
      flag: '--user-id-type-column',
      chosen: choice.userIdTypeColumn,
      knownAs: namesOf('userIdType'),
    },
    appIds: {
      what: 'the app IDs',
      canonical: 'app_ids',
      flag: '--app-ids-column',
      chosen: choice.appIdsColumn,
      knownAs: namesOf('appIds'),
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

/**
 * Finds the columns in a header; throws a `UserError` that says which flags decide where the names do not.
 * @param sample the first records: what they hold is told with the question.
 */
export function findColumns(
  names: readonly string[],
  choice: ColumnChoice,
  defaults: Pick<RowDefaults, 'appIds'> & Partial<Pick<RowDefaults, 'userIdType'>>,
  fileName = 'The input',
  sample: Sample = [],
): Columns {
  const wanted = wantedColumns(choice);
  const { userId, userIdType, appIds } = wanted;
  const asked = ask(names, wanted, defaults, fileName, sample);
  const found = {
    userId: findColumn(asked, userId),
    userIdType: findColumn(asked, userIdType),
    appIds: findColumn(asked, appIds),
  };

  const missing: Wanted[] = [];
  if (found.userId === undefined) missing.push(userId);
  if (asked.needsApps) missing.push(appIds);
  if (missing.length > 0 || found.userId === undefined) throw missingColumns(asked, missing, found.userId);

  refuseSharedColumn(names, [userId, found.userId], [userIdType, found.userIdType], fileName);
  refuseSharedColumn(names, [userId, found.userId], [appIds, found.appIds], fileName);
  refuseSharedColumn(names, [userIdType, found.userIdType], [appIds, found.appIds], fileName);
  return { names, ...found, userId: found.userId };
}

function ask(
  names: readonly string[],
  { userId, userIdType, appIds }: Record<ColumnRole, Wanted>,
  defaults: Pick<RowDefaults, 'appIds'> & Partial<Pick<RowDefaults, 'userIdType'>>,
  fileName: string,
  sample: Sample,
): Asked {
  const [types, apps] = [candidatesFor(names, userIdType), candidatesFor(names, appIds)];
  return {
    fileName,
    names,
    sample,
    userId,
    appIds,
    needsApps: defaults.appIds.length === 0 && appIds.chosen === undefined && apps.length === 0,
    isTypeGiven: defaults.userIdType !== undefined || types.length > 0,
    taken: [...types, ...apps],
  };
}

/**
 * The type of rows that name none, told by the name of the user ID's column; undefined where every row has to name one.
 * @throws {UserError} where nothing tells it: no type is ever guessed.
 */
export function defaultTypeIn(
  columns: Columns,
  choice: ColumnChoice,
  fileName: string,
  sample: Sample = [],
): UserIdType | undefined {
  const { names, userId, userIdType } = columns;
  const type = typeOfUserIds(names[userId] ?? '');
  if (type !== 'unclear') return type;
  if (userIdType !== undefined) return undefined;
  // The apps are there, or `findColumns` had asked for them, too.
  throw openType(
    { ...ask(names, wantedColumns(choice), { appIds: [] }, fileName, sample), needsApps: false },
    userId,
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

function findColumn(asked: Asked, wanted: Wanted): number | undefined {
  const candidates = candidatesFor(asked.names, wanted);
  if (candidates.length === 1) return candidates[0];
  if (wanted.chosen !== undefined) {
    throw candidates.length === 0 ? noSuchColumn(asked, wanted) : flagFitsSeveral(asked, candidates, wanted);
  }
  if (candidates.length === 0) return undefined;
  throw severalColumns(asked, candidates, wanted);
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

function indexesOf(names: readonly string[], fits: (name: string) => boolean): number[] {
  return names.flatMap((name, index) => (fits(name) ? [index] : []));
}
