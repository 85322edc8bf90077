import { editsBetween } from '../settings/nearest.ts';

/** So many letters may be wrong, left out, too many or in the other's place: one, and another for each four. */
function allowed(word: string): number {
  return Math.max(1, Math.floor(word.length / 4));
}

/**
 * Which of the names is meant by a word that is none of them: in another case, with `_` for `-`, misspelled, or only its begin.
 * @returns those that are alike in the best way that any is; none when none is.
 */
export function nearest(word: string, names: readonly string[]): string[] {
  const plain = plainOf(word);
  const same = names.filter((name) => plainOf(name) === plain);
  if (same.length > 0) return same;
  const distances = names.map((name) => ({ name, distance: editsBetween(plain, plainOf(name)) }));
  const least = Math.min(...distances.map(({ distance }) => distance));
  if (least <= allowed(plain)) {
    return distances.filter(({ distance }) => distance === least).map(({ name }) => name);
  }
  return plain.length < 3 ? [] : names.filter((name) => plainOf(name).startsWith(plain));
}

/** `appIds`, `app_ids` and `App-IDs` are all `appids`. */
function plainOf(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}
