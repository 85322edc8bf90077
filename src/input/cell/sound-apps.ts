/** Cells of apps in which nothing was found, and the apps that they name. */
export interface SoundApps {
  get(cell: string): readonly string[] | undefined;
  add(cell: string): void;
}

/** Together they take a few MB at most. */
export const maxCells = 4000;
const maxLength = 250;

/**
 * Rows name the same apps again and again: to read and check them anew would cost 0.5 us a row.
 * @param read the apps of a cell.
 */
export function createSoundApps(read: (cell: string) => readonly string[] | undefined): SoundApps {
  const known = new Map<string, readonly string[]>();
  return {
    get: (cell) => known.get(cell),
    add(cell) {
      if (known.size === maxCells || cell.length > maxLength) return;
      // The cell itself is a view of its line, which would be kept with it, and may be long.
      const copy = Buffer.from(cell).toString();
      const appIds = read(copy);
      if (appIds !== undefined) known.set(copy, appIds);
    },
  };
}
