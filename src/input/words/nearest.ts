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

/** How many letters have to be put in, left out, changed, or exchanged with their neighbours. */
function editsBetween(from: string, to: string): number {
  let [beforeLast, last] = [[] as number[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      const isExchanged = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + change,
        isExchanged && row > 1 && column > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? 0;
}
