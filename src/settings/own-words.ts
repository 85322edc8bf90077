import { nameIn } from './rules.ts';

/** What flags and variables of the command line are called for somebody else: `--rate` is `pace.rate`. */
export type Names = ReadonlyMap<string, string>;

/** A flag or variable as messages write it. What stands between quotation marks is the user's own, and is left as it is. */
const mention = /"[^"]*"|--[a-z][a-z\d-]*|\bGENAUTH_[A-Z_]+/g;

function renamed(text: string, names: Names): string {
  return text
    .replaceAll(' (or GENAUTH_HOST)', '')
    .replace(mention, (found) => (found.startsWith('"') ? found : (names.get(found) ?? found)));
}

/** The parts of a result that are sentences of this program. */
const sentences: ReadonlySet<string> = new Set(['message', 'hint', 'whatToDo', 'advice']);

/** The same with flags called by these names, wherever its sentences mention them. */
export function inWords<T>(value: T, names: Names): T {
  if (Array.isArray(value)) return value.map((item: unknown) => inWords(item, names)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]: [string, unknown]) => [
      key,
      typeof part === 'string' && sentences.has(key) ? renamed(part, names) : inWords(part, names),
    ]),
  ) as T;
}

/** The names of options, by the flags that are the same. @param groups rules, and what their options are part of. */
export function optionNames(
  groups: readonly (readonly [rules: object, group: string])[],
): [string, string][] {
  return groups.flatMap(([rules, group]) =>
    Object.entries(rules).flatMap(([key, { flag }]: [string, { readonly flag?: string }]) =>
      flag === undefined ? [] : [[`--${flag}`, nameIn(group, key)] as [string, string]],
    ),
  );
}
