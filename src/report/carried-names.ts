/**
 * The names under which a file of ours carries the input's other columns: as they were, but for those that would be taken for
 * one of the file's own.
 * @param isOwn whether the name says something in this file.
 */
export function carriedNames(others: readonly string[], isOwn: (name: string) => boolean): string[] {
  const taken = new Set(others);
  return others.map((name) => {
    if (!isOwn(name)) return name;
    let carried = `input_${name}`;
    while (taken.has(carried) || isOwn(carried)) carried = `input_${carried}`;
    taken.add(carried);
    return carried;
  });
}
