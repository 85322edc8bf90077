import { trimSpaces } from '../words/trim-spaces.ts';
import { looksOf, type Looks, type Sample } from './column-looks.ts';

interface Header {
  readonly names: readonly string[];
  readonly sample: Sample;
  /** Columns that hold something else. */
  readonly taken: readonly number[];
}

/**
 * The one column that seems to hold the apps, by its values or else by its name, where no name is known.
 * @param userAt the column of the users. @returns undefined where there is none, or more than one.
 */
export function columnOfApps({ names, sample, taken }: Header, userAt: number): number | undefined {
  const columns = [...names.keys()].filter((at) => at !== userAt && !taken.includes(at));
  const users = looksOf(sample, userAt);
  const byIds = columns.filter((at) => holdsAppIds(looksOf(sample, at), users));
  const found =
    byIds.length > 0
      ? byIds
      : columns.filter(
          (at) => isOfWords(looksOf(sample, at)) && (isCalledSo(names[at]) || holdsLists(sample, at)),
        );
  return found.length === 1 ? found[0] : undefined;
}

/** Beside users of this form it can be nothing else; beside others it may be their IDs. */
function holdsAppIds({ form, isWhole, different, areDifferent }: Looks, users: Looks): boolean {
  const isOfApps = users.form === 'object_id' ? different <= users.different : !areDifferent;
  return isWhole && (form === 'object_ids' || (form === 'object_id' && isOfApps));
}

function isOfWords({ form }: Looks): boolean {
  return form === 'word' || form === 'mixed' || form === 'code';
}

function isCalledSo(name = ''): boolean {
  return /\bapps?\b|applica|aplica|anwendung|applikation|software|\bsaas\b|应用|應用|软件|アプリ/i.test(
    name.replaceAll('_', ' '),
  );
}

const longestName = 60;

/** Of apps one cell names several, and several people have the same. */
function holdsLists(sample: Sample, at: number): boolean {
  const cells = sample.map((record) => trimSpaces(record[at] ?? '')).filter((cell) => cell !== '');
  const lists = cells.map((cell) =>
    cell
      .split(/[;；|、\n]/)
      .map(trimSpaces)
      .filter((part) => part !== ''),
  );
  const parts = lists.flat();
  const areNames = parts.every((part) => part.length <= longestName && !part.includes('@'));
  return areNames && lists.some((list) => list.length > 1) && new Set(parts).size < parts.length;
}
