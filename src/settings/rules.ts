import { UserError, unfilled } from '../errors.ts';
import { waysTo, type Given, type Kind } from './kinds.ts';
import { nearest } from '../input/words/nearest.ts';

/** Flags as the command line has them, by name without dashes; an absent one is undefined. */
export type Flags = Readonly<Record<string, unknown>>;

/** Options of which any may be left away, or be undefined, which is the same. */
export type Some<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** A flag as help shows it. All values arrive as text, and are checked by the kind of its option. */
export interface Flag {
  readonly describe: string;
  /** Absent: the flag takes no value. */
  readonly value?: string;
  /** The flag may stand without its value. */
  readonly isValueOptional?: true;
  /** Only shown. */
  readonly default?: string | number;
  /** Known only to be refused with a reason, and not shown. */
  readonly hidden?: true;
}

/** The flag that is the same as an option, its name without dashes. */
interface FlagOfOption extends Partial<Flag> {
  readonly flag?: string;
}

/** What an option takes. */
interface Rule<T> extends FlagOfOption {
  readonly kind: Kind<T>;
}

/** A rule for each option, by its name in a program. */
export type Rules<T> = { readonly [Key in keyof T]-?: Rule<NonNullable<T[Key]>> };

/** The flags of options, by name, as help shows them; those without words of their own are shown elsewhere. */
export function flagsOf(rules: Readonly<Record<string, FlagOfOption>>): Record<string, Flag> {
  const flags = Object.values(rules).flatMap(({ flag, describe, value, default: shown, isValueOptional }) => {
    if (flag === undefined || describe === undefined) return [];
    const words: Flag = {
      describe,
      ...(value === undefined ? {} : { value }),
      ...(shown === undefined ? {} : { default: shown }),
      ...(isValueOptional === undefined ? {} : { isValueOptional }),
    };
    return [[flag, words] as const];
  });
  return Object.fromEntries(flags);
}

/** What is there of the options. */
type Read<T> = { -readonly [Key in keyof T]?: NonNullable<T[Key]> };

/** The options that flags give. @throws {UserError} naming all flags that are wrong. */
export function fromFlags<T extends object>(rules: Rules<T>, flags: Flags): Read<T> {
  const faults: UserError[] = [];
  const read = collect(rules, ({ flag, kind }) => {
    try {
      return flag === undefined ? undefined : readFlag(flags, flag, kind);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error);
      return undefined;
    }
  });
  const [first, ...others] = faults;
  if (first === undefined) return read;
  throw others.length === 0 ? first : together(faults);
}

/** One refusal for all flags that are wrong, and one command without their faults. */
function together(faults: readonly UserError[]): UserError {
  const [last, ...before] = faults.toReversed();
  const told = before
    .toReversed()
    .map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`));
  return new UserError([...told, last?.message].join(' '), {
    hint: last?.hint,
    ways: [faults.flatMap(({ ways }) => ways[0] ?? [])],
  });
}

/** One flag. @returns undefined when it is absent. */
export function readFlag<T>(flags: Flags, flag: string, kind: Kind<T>): T | undefined {
  const value = flags[flag];
  if (value === undefined) return undefined;
  const name = `--${flag}`;
  if (Array.isArray(value))
    throw new UserError(`${name} was given more than once.`, {
      hint: 'Give it once.',
      ways: waysTo({ name }, '<value>'),
    });
  if (typeof value === 'boolean') return kind({ value, name, isText: false });
  if (typeof value !== 'string' || value.trim() === '') {
    throw new UserError(`${name} needs a value.`, {
      hint: `Write ${name}=<value>.`,
      ways: waysTo({ name }, '<value>'),
    });
  }
  const lacks = unfilled(value);
  if (lacks !== undefined) {
    throw new UserError(`${name} still holds ${lacks.placeholder}.`, {
      hint: `Write ${lacks.stands} in its place.`,
    });
  }
  return kind({ value, name, isText: true });
}

/**
 * The options that a program gives; undefined is the same as absent.
 * @param options whatever was passed. @param group what the options are part of: `pace`; '' for none.
 * @throws {UserError} naming the option, also one that there is not.
 */
export function fromOptions<T extends object>(rules: Rules<T>, options: unknown, group: string): Read<T> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new UserError(
      `${group === '' ? 'The options are' : `${group} is`} an object with options by their names.`,
      {
        hint: `It may have ${Object.keys(rules).join(', ')}.`,
      },
    );
  }
  const given = options as Readonly<Record<string, unknown>>;
  refuseUnknown(rules, given, group);
  return collect(rules, ({ kind }, key) => {
    const value = given[key];
    return value === undefined ? undefined : kind({ value, name: nameIn(group, key), isText: false });
  });
}

/** Options within options. */
export function nested<T extends object>(rules: Rules<T>): Kind<Read<T>> {
  return ({ value, name }: Given) => fromOptions(rules, value, name);
}

function collect<T extends object>(
  rules: Rules<T>,
  read: (rule: Rule<unknown>, key: string) => unknown,
): Read<T> {
  const found: Record<string, unknown> = {};
  for (const [key, rule] of Object.entries<Rule<unknown>>(rules)) {
    const value = read(rule, key);
    if (value !== undefined) found[key] = value;
  }
  return found as Read<T>;
}

function refuseUnknown(rules: object, given: object, group: string): void {
  const known = Object.keys(rules);
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  throw new UserError(`There is no option ${nameIn(group, unknown)}.`, {
    hint:
      meant.length === 0
        ? `There are ${known.map((key) => nameIn(group, key)).join(', ')}.`
        : `Is ${meant.map((key) => nameIn(group, key)).join(' or ')} meant?`,
  });
}

export function nameIn(group: string, key: string): string {
  return group === '' ? key : `${group}.${key}`;
}

/** A flag with its value as words of a command line; none where it is undefined. */
export function flagWords(flag: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  // A value that begins so would be taken for a flag itself.
  return String(value).startsWith('-') ? [`${flag}=${value}`] : [flag, String(value)];
}
