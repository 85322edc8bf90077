import { grouped } from '../printable.ts';
import { UserError } from '../errors.ts';
import type { ColumnChoice } from '../input/columns/columns.ts';
import { encodings, type Encoding } from '../input/text/encoding.ts';
import { delimiterNames, delimiters, type Delimiter } from '../input/text/find-header.ts';
import { isCountryCode } from '../input/cell/phone.ts';
import { userIdTypes, type UserIdType } from '../input/words/user-id-type.ts';
import { list, oneOf, text, wrong, yesOrNo, type Kind } from './kinds.ts';
import {
  flagWords,
  fromFlags,
  fromOptions,
  nested,
  type Flag,
  type Flags,
  type Rules,
  type Some,
} from './rules.ts';

/** Decides, together with the input, what the calls are. The same for the whole life of a run. */
export interface PlanOptions {
  /** Which sheet of a workbook; undefined for the first one that is shown. */
  readonly sheet?: string | undefined;
  /** Which columns to read, by the header's names; those that are not named are found by what they are called. */
  readonly columns: ColumnChoice;
  /** Of the input; told from its beginning when undefined. */
  readonly encoding: Encoding | undefined;
  /** What stands between the columns; likewise. */
  readonly delimiter?: Delimiter | undefined;
  /** For rows that name none; told by the name of the user ID's column when undefined. */
  readonly userIdType: UserIdType | undefined;
  /** For rows that name none, by ID or name; `['all']` for all that the access key sees. Default: none, so that each row has to. */
  readonly appIds: readonly string[];
  /** Ask GenAuth who the users are before anything is planned. Default: where the file names {@link maxLookedUp} users at most. */
  readonly lookUp: boolean | undefined;
  /** Go on although some rows are invalid. Default: false. */
  readonly skipInvalid: boolean;
  /** The path of a list of users who are never sent. A run pins a copy, and keeps to that. */
  readonly protect: string | undefined;
  /** Phone numbers are sent without this country's code and what stands before it, as in +86 and 0086. */
  readonly phoneCountry: string | undefined;
  /**
   * Send IDs that look damaged as they are, with a warning: all but what stands for nothing (true), or those that are named, whatever
   * they look like. Default: false.
   */
  readonly allowDamagedIds: boolean | readonly string[];
}

/** Users of a file who are looked up when nothing is said about it: of more, that takes longer than somebody who is in a hurry waits. */
export const maxLookedUp = 20_000;

/** In place of a list of apps. */
export const allApps = 'all';

export const columnRules: Rules<ColumnChoice> = {
  userIdColumn: {
    flag: 'user-id-column',
    kind: text,
    value: 'name',
    describe: 'Column with the user IDs [found by its name]',
  },
  userIdTypeColumn: {
    flag: 'user-id-type-column',
    kind: text,
    value: 'name',
    describe: 'Column with the user ID types [found by its name]',
  },
  appIdsColumn: {
    flag: 'app-ids-column',
    kind: text,
    value: 'name',
    describe: 'Column with the app IDs [found by its name]',
  },
};

/** GBK is what GB18030 was before it grew; Windows has it as its code page. */
const encodingKind: Kind<Encoding> = (given) => {
  const encoding = oneOf([...encodings, 'gbk'])(given);
  return encoding === 'gbk' ? 'gb18030' : encoding;
};

/** By its name, as a shell would eat most of the signs; or the sign. */
const delimiterKind: Kind<Delimiter> = (given) => {
  const sign = delimiters.find((each) => each === given.value);
  return sign ?? delimiters[delimiterNames.indexOf(oneOf(delimiterNames)(given))] ?? ',';
};

const countryCode: Kind<string> = (given) => {
  const code = text(given).trim().replace(/^\+/, '');
  if (isCountryCode(code)) return code;
  throw wrong(given, "the code that a country's numbers begin with", 'Write 86 for China.', '<code>');
};

const allowedIds: Kind<boolean | readonly string[]> = (given) =>
  typeof given.value === 'boolean' ? given.value : list(given);

export const planRules: Rules<PlanOptions> = {
  sheet: {
    flag: 'sheet',
    kind: text,
    value: 'name',
    describe: 'Sheet of an Excel workbook [the first one that is shown]',
  },
  columns: { kind: nested(columnRules) },
  encoding: {
    flag: 'encoding',
    kind: encodingKind,
    value: 'name',
    describe: `Of the file: ${encodings.join(', ')} [found by its beginning]`,
  },
  delimiter: {
    flag: 'delimiter',
    kind: delimiterKind,
    value: 'name',
    describe: `Between the columns of the file: ${delimiterNames.join(', ')} [found by its beginning]`,
  },
  userIdType: {
    flag: 'user-id-type',
    kind: oneOf(userIdTypes),
    value: 'type',
    describe: `For rows that name no type: ${userIdTypes.join(', ')} [as the column's name says]`,
  },
  appIds: {
    flag: 'app-ids',
    kind: list,
    value: 'a,b,c',
    describe: 'Apps for rows that name none, by ID or name; "all" for all that the access key sees',
  },
  lookUp: {
    flag: 'look-up',
    kind: yesOrNo,
    describe: `Ask GenAuth who the users are before the plan is made: whom it does not know, or knows as somebody else than another column says, is invalid; rows that name one person by different IDs are one; protected people are protected under every ID [run: for files of up to ${grouped(maxLookedUp)} users]`,
  },
  skipInvalid: {
    flag: 'skip-invalid',
    kind: yesOrNo,
    describe: 'Go on although some rows are invalid; they are reported as invalid',
  },
  protect: {
    flag: 'protect',
    kind: text,
    value: 'file',
    describe:
      'Never sign out the users on this list, such as administrators and break-glass accounts: an ID on each line, or "ID,type", or a CSV with columns such as user_id, email, phone. Their rows are skipped, and named before the run. Case, spaces, invisible and full-width characters do not count, and a phone is the same with and without its country prefix. Somebody whom the file names by another ID type than the list is not seen: list every ID they have',
  },
  phoneCountry: {
    flag: 'phone-country',
    kind: countryCode,
    value: 'code',
    describe:
      'Send phone numbers without this country code: 86 strips +86, 0086, and 86 before a mobile number',
  },
  allowDamagedIds: {
    flag: 'allow-damaged-ids',
    kind: allowedIds,
    value: 'a,b,c',
    isValueOptional: true,
    describe:
      'Send IDs that look damaged as they are, with a warning; with IDs behind it just these, be they words that stand for nothing, such as nan or tbd',
  },
};

const planDefaults: PlanOptions = {
  columns: {},
  encoding: undefined,
  userIdType: undefined,
  appIds: [],
  lookUp: undefined,
  skipInvalid: false,
  protect: undefined,
  phoneCountry: undefined,
  allowDamagedIds: false,
};

/** @throws {UserError} naming the flag, like all readers of flags here. */
export function planOptions(flags: Flags): PlanOptions {
  // The flag may stand without a value.
  const allowed = flags['allow-damaged-ids'] === '' ? { 'allow-damaged-ids': true } : {};
  const columns = fromFlags(columnRules, flags);
  const given = { ...flags, ...allowed, 'look-up': lookUpOf(flags) };
  return Object.freeze({ ...planDefaults, columns, ...fromFlags(planRules, given) });
}

/** The flag that says no to `--look-up`. */
export const noLookUpFlag = {
  'no-look-up': { describe: 'Do not ask GenAuth who the users are, however few they are' },
} as const satisfies Record<string, Flag>;

function lookUpOf(flags: Flags): unknown {
  if (flags['no-look-up'] !== true) return flags['look-up'];
  if (flags['look-up'] === undefined) return false;
  throw new UserError('--look-up and --no-look-up say the opposite of each other.', {
    hint: 'Give one of them.',
  });
}

/** @throws {UserError} naming the option, such as `plan.encoding`, like all checks of a program's options here. */
export function checkedPlan(options: Some<PlanOptions> | undefined): PlanOptions {
  return Object.freeze({ ...planDefaults, ...fromOptions(planRules, options, 'plan') });
}

/** The flags that mean these options, for a table of the same columns in another file. */
export function planFlags(plan: PlanOptions): string[] {
  const { columns, userIdType, appIds, protect, phoneCountry, allowDamagedIds, lookUp } = plan;
  const values: readonly (readonly [flag: string, value: string | undefined])[] = [
    ['--user-id-column', columns.userIdColumn],
    ['--user-id-type-column', columns.userIdTypeColumn],
    ['--app-ids-column', columns.appIdsColumn],
    ['--user-id-type', userIdType],
    ['--app-ids', appIds.length === 0 ? undefined : appIds.join(',')],
    ['--protect', protect],
    ['--phone-country', phoneCountry],
  ];
  return [
    ...values.flatMap(([flag, value]) => flagWords(flag, value)),
    ...allowFlags(allowDamagedIds),
    ...(lookUp === undefined ? [] : [lookUp ? '--look-up' : '--no-look-up']),
  ];
}

/** Of the input only: what is written about it has commas. */
export function delimiterWords(delimiter: Delimiter | undefined): string[] {
  return delimiter === undefined
    ? []
    : flagWords('--delimiter', delimiterNames[delimiters.indexOf(delimiter)]);
}

/** The flag without which IDs that look damaged are refused. */
export function allowFlags(allowed: PlanOptions['allowDamagedIds']): string[] {
  if (allowed === false) return [];
  return allowed === true
    ? ['--allow-damaged-ids']
    : flagWords('--allow-damaged-ids', [...new Set(allowed)].join(','));
}
