import { UserError, appsPlaceholder } from '../../errors.ts';
import { columnOfApps } from './app-column.ts';
import { nearest } from '../words/nearest.ts';
import { describeLooks, looksOf, rankOf, typesFor, type Looks, type Sample } from './column-looks.ts';
import { looksLikeValue } from '../text/find-header.ts';
import { typeByName, typeOfUserIds, type TypeByName } from '../words/known-names.ts';
import { printable } from '../../printable.ts';
import { trimSpaces } from '../words/trim-spaces.ts';
import { userIdTypes, type UserIdType } from '../words/user-id-type.ts';

/** One of the three columns. */
export interface Wanted {
  readonly what: string;
  readonly canonical: string;
  readonly flag: string;
  readonly chosen: string | undefined;
  /** Which names it is known by; the first that fits any column counts. */
  readonly knownAs: readonly ((name: string) => boolean)[];
}

/** A header, and what is known of it when a question is to be asked. */
export interface Asked {
  readonly fileName: string;
  readonly names: readonly string[];
  readonly sample: Sample;
  readonly userId: Wanted;
  readonly appIds: Wanted;
  /** There is no column for them, and no flag gives them. */
  readonly needsApps: boolean;
  /** A flag or a column of its own says the type. */
  readonly isTypeGiven: boolean;
  /** Columns that hold something else. */
  readonly taken: readonly number[];
}

/** The flags that make a column the one of the user IDs. */
type Way = readonly string[];

const maxWays = 6;

/** One question that names all candidates, and all else that is missing. */
export function severalColumns(asked: Asked, candidates: readonly number[], wanted: Wanted): UserError {
  const { names, fileName, userId, appIds, needsApps } = asked;
  const isAboutUser = wanted === userId;
  const types = candidates.map((at) => (isAboutUser ? typeByName(names[at] ?? '') : undefined));
  const described = candidates.map(
    (at, index) => `${list(names, [at])}${describeCandidate(types[index], looksOf(asked.sample, at))}`,
  );
  const alsoApps = isAboutUser && needsApps;
  const missing = alsoApps ? `, and there is none for ${appIds.what}` : '';
  const hint = [
    hintForChoice(names, candidates, wanted.flag),
    ...(types.includes('unclear')
      ? [
          'Give --user-id-type with it where the type is unclear: external_id, or username where people sign in with it.',
        ]
      : []),
    ...(alsoApps ? [`Give the apps of all rows with --app-ids: ${whereAppIdsAre}`] : []),
  ];
  const ways = isAboutUser
    ? waysTo(asked, candidates)
    : candidates.map((at) => [wanted.flag, nameAt(names, at)]);
  return new UserError(
    `${fileName}: more than one column could hold ${wanted.what}: ${described.join(', ')}${missing}.`,
    { hint: hint.join(' '), ways: haveOneName(names, candidates) ? [] : ways },
  );
}

/** @param found the column of the user IDs, if there is one. */
export function missingColumns(
  asked: Asked,
  missing: readonly Wanted[],
  found: number | undefined,
): UserError {
  const { names, fileName } = asked;
  const what = missing.map((wanted) => wanted.what).join(' and none for ');
  const flags = missing.map((wanted) => `name it ${wanted.canonical}, or give ${wanted.flag} <name>`);
  const appsForAll = missing.some((wanted) => wanted.canonical === 'app_ids')
    ? `, or give the apps of all rows with --app-ids <a,b,c>: ${whereAppIdsAre}`
    : '.';
  const isTypeOpen = found !== undefined && isOpen(asked, found);
  const type = isTypeOpen
    ? ` Nor does the name of the column ${list(names, [found])} tell the type of its user IDs.`
    : '';
  const looks = isTypeOpen ? describeLooks(looksOf(asked.sample, found)) : '';
  const message = `${fileName}: there is no column for ${what}. ${columnsFound(names)}${type}${looks}`;
  // A column of the name that the first user has would leave that user out.
  if (isWithoutHeader(names)) {
    const hint =
      'Its first line holds values: a line that names the columns, such as user_id,app_ids, has to stand above it.';
    return new UserError(message, { hint });
  }
  const appsAt = asked.needsApps && found !== undefined ? columnOfApps(asked, found) : undefined;
  const likely =
    appsAt === undefined
      ? ''
      : `The column ${list(names, [appsAt])} seems to hold the apps${such(looksOf(asked.sample, appsAt))}. If not: `;
  return new UserError(message, {
    hint: `${likely}${likely === '' ? 'In' : 'in'} the header, ${flags.join('; ')}${appsForAll}`,
    ways: found === undefined ? waysByValues(asked) : waysOf(asked, found),
  });
}

/** The column of the user IDs has a name that does not tell of which type they are. */
export function openType(asked: Asked, at: number): UserError {
  const { fileName, names, sample } = asked;
  const looks = looksOf(sample, at);
  return new UserError(
    `${fileName}: the name of the column ${list(names, [at])} does not tell which type of user ID it holds.${describeLooks(looks)}`,
    {
      hint: `Give --user-id-type: external_id where GenAuth keeps them as external IDs, username where people sign in with them, or another of ${userIdTypes.join(', ')}.`,
      ways: waysOf(asked, at),
    },
  );
}

/** A flag names a column that there is not. */
export function noSuchColumn(asked: Asked, { flag, chosen = '' }: Wanted): UserError {
  const { names, fileName, userId } = asked;
  const meant = nearest(
    chosen,
    names.map(trimSpaces).filter((name) => name !== ''),
  );
  const isAboutUser = flag === userId.flag;
  const alike = meant.map((name) => names.findIndex((each) => trimSpaces(each) === name));
  const ways = isAboutUser ? waysTo(asked, alike) : alike.map((at) => [flag, nameAt(names, at)]);
  const others = isAboutUser && ways.length === 0 && !isWithoutHeader(names) ? waysByValues(asked) : ways;
  return new UserError(
    `${fileName}: ${flag} "${printable(chosen)}" names no column. ${columnsFound(names)}`,
    { hint: `Give ${flag} one of these names.`, ways: others },
  );
}

/** A flag names more than one column. */
export function flagFitsSeveral(
  { names, fileName }: Asked,
  candidates: readonly number[],
  { flag, chosen = '' }: Wanted,
): UserError {
  return new UserError(
    `${fileName}: ${flag} "${printable(chosen)}" fits more than one column: ${list(names, candidates)}.`,
    {
      hint: hintForChoice(names, candidates, flag),
      ways: haveOneName(names, candidates) ? [] : candidates.map((at) => [flag, nameAt(names, at)]),
    },
  );
}

const whereAppIdsAre = 'the GenAuth console shows each app with its ID, of 24 hexadecimal digits.';

function isOpen({ names, isTypeGiven }: Asked, at: number): boolean {
  return !isTypeGiven && typeOfUserIds(names[at] ?? '') === 'unclear';
}

/** The types of which a column's IDs may be; the name counts, and where it says nothing the values. */
function typesOf({ names, sample }: Asked, at: number): readonly UserIdType[] {
  const byName = typeOfUserIds(names[at] ?? '');
  return byName === 'unclear' ? typesFor(looksOf(sample, at)) : [byName];
}

function firstTypeOf(asked: Asked, at: number): UserIdType {
  return typesOf(asked, at)[0] ?? 'external_id';
}

function wayOf(asked: Asked, at: number, type: UserIdType): Way {
  const { names, userId } = asked;
  const isChosen = userId.chosen !== undefined && trimSpaces(userId.chosen) === nameAt(names, at);
  return [
    ...(isChosen ? [] : [userId.flag, nameAt(names, at)]),
    ...(isOpen(asked, at) ? ['--user-id-type', type] : []),
    ...wayOfApps(asked, at),
  ];
}

function wayOfApps(asked: Asked, userAt: number): Way {
  if (!asked.needsApps) return [];
  const at = columnOfApps(asked, userAt);
  return at === undefined ? ['--app-ids', appsPlaceholder] : [asked.appIds.flag, nameAt(asked.names, at)];
}

/**
 * The ways to go on with a column that is given. Where it holds what may be anybody's, such as names, a column that tells one
 * person from another comes first.
 */
function waysOf(asked: Asked, at: number): Way[] {
  if (!isOpen(asked, at)) return [wayOf(asked, at, firstTypeOf(asked, at))];
  const { form } = looksOf(asked.sample, at);
  const safer =
    form === 'word' || form === 'mixed' || form === 'nothing' || form === 'date'
      ? waysByValues(asked, at)
      : [];
  return [...safer, ...typesOf(asked, at).map((type) => wayOf(asked, at, type))].slice(0, maxWays);
}

/** The columns that name the users by what they are called, or seem to by what they hold. @param besides the one that is not meant. */
function waysByValues(asked: Asked, besides?: number): Way[] {
  const { names, sample, taken } = asked;
  const columns = [...names.keys()].filter(
    (at) => at !== besides && !taken.includes(at) && trimSpaces(names[at] ?? '') !== '',
  );
  const known = columns.filter(
    (at) => typeOfUserIds(names[at] ?? '') !== 'unclear' || typeByName(names[at] ?? '') !== undefined,
  );
  const unknown = columns.filter((at) => !known.includes(at) && namesPeople(looksOf(sample, at)));
  const certain = [...known, ...unknown.filter((at) => !isCode(looksOf(sample, at)))];
  const found = certain.length > 0 ? certain : unknown;
  return waysTo(
    asked,
    found.filter((at) => !mayBeApps(asked, at, found)),
  ).slice(0, maxWays);
}

/** The safest column first, and each with every type that its IDs may be of where neither name nor values tell it. */
function waysTo(asked: Asked, candidates: readonly number[]): Way[] {
  const { names, sample } = asked;
  return bySafety(asked, candidates).flatMap((at) => {
    const isTold = typeByName(names[at] ?? '') !== 'unclear' && hasTypeInValues(looksOf(sample, at));
    const types = isTold || !isOpen(asked, at) ? [firstTypeOf(asked, at)] : typesOf(asked, at);
    return types.map((type) => wayOf(asked, at, type));
  });
}

function hasTypeInValues({ form }: Looks): boolean {
  return form === 'object_id' || form === 'email' || form === 'phone';
}

/** Where no name says which column holds the apps: of users there are more than of apps. */
function mayBeApps({ needsApps, sample }: Asked, at: number, users: readonly number[]): boolean {
  const looks = looksOf(sample, at);
  if (!needsApps || looks.form !== 'object_id') return false;
  return users.some((other) => looksOf(sample, other).different > looks.different);
}

/** What tells one person from another; other columns may hold departments, dates and salaries. */
function namesPeople(looks: Looks): boolean {
  const { areDifferent } = looks;
  return hasTypeInValues(looks) || (isCode(looks) && areDifferent);
}

function isCode({ form }: Looks): boolean {
  return form === 'number' || form === 'code';
}

function bySafety(asked: Asked, candidates: readonly number[]): readonly number[] {
  const rank = (at: number): number => {
    const type = asked.isTypeGiven ? typeByName(asked.names[at] ?? '') : firstTypeOf(asked, at);
    const isNumber = typeByName(asked.names[at] ?? '') === 'unclear';
    return isNumber
      ? rankOf('external_id')
      : rankOf(type === undefined || type === 'unclear' ? 'external_id' : type);
  };
  return candidates.toSorted((one, other) => rank(one) - rank(other));
}

function isWithoutHeader(names: readonly string[]): boolean {
  const id = /^\s*(?:[\da-f]{24}|\d[\d.]*e\+?\d+)\s*$/i;
  return names.some((name) => looksLikeValue(name) || id.test(name));
}

function such({ example }: Looks): string {
  return example === '' ? '' : `, such as "${printable(example, 40)}"`;
}

/** Its type where the name tells one, and what stands in it. */
function describeCandidate(type: TypeByName | undefined, { example }: Looks): string {
  const known = [
    type === undefined ? [] : type === 'unclear' ? 'type unclear' : type,
    example === '' ? [] : `such as "${printable(example, 40)}"`,
  ].flat();
  return known.length === 0 ? '' : ` (${known.join(', ')})`;
}

function hintForChoice(names: readonly string[], candidates: readonly number[], flag: string): string {
  return haveOneName(names, candidates)
    ? 'They have the same name: rename or remove all but one in the file.'
    : `Say which one with ${flag} <name>, spelled as in the file.`;
}

/** So that no flag can tell them apart. */
function haveOneName(names: readonly string[], candidates: readonly number[]): boolean {
  return new Set(candidates.map((at) => nameAt(names, at))).size < candidates.length;
}

function nameAt(names: readonly string[], at: number): string {
  return trimSpaces(names[at] ?? '');
}

function columnsFound(names: readonly string[]): string {
  const shown = names.slice(0, 50);
  const rest = names.length - shown.length;
  return `Columns found: ${list(shown, [...shown.keys()])}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

export function list(names: readonly string[], indexes: readonly number[]): string {
  return indexes.map((at) => `"${printable(nameAt(names, at))}"`).join(', ');
}
