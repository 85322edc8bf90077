import { nearest } from '../words/nearest.ts';
import { isJsonArray, readJsonArray, splitCell } from './app-ids.ts';

/** One app of the user pool. */
export interface App {
  readonly appId: string;
  readonly name: string;
}

/** The user pool's apps, as far as the access key sees them. */
export interface KnownApps {
  readonly all: readonly App[];
  /** By its ID or its name, of which case and spaces do not count; several where they share that name. */
  find(text: string): readonly App[];
  /** Names of apps that may be meant by a text that is none. */
  nearest(text: string): readonly string[];
}

export function createKnownApps(all: readonly App[]): KnownApps {
  const byId = new Map(all.map((app) => [app.appId.toLowerCase(), app]));
  const byName = new Map<string, App[]>();
  for (const app of all) {
    const folded = foldName(app.name);
    const known = byName.get(folded);
    if (known === undefined) byName.set(folded, [app]);
    else known.push(app);
  }
  return {
    all,
    find(text) {
      const app = byId.get(text.toLowerCase());
      return app === undefined ? (byName.get(foldName(text)) ?? []) : [app];
    },
    nearest: (text) =>
      nearest(
        text,
        all.map(({ name }) => name),
      ),
  };
}

/** What of a name counts. Full-width letters are what an input method makes of the others. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\p{White_Space}+/gu, '');
}

/** What a cell of apps says, where the user pool's apps are known. */
export interface NamedApps {
  /** The IDs of those that were found, each once, and what was not found as it stands there. */
  readonly appIds: readonly string[];
  /** What is no app of the user pool, and what is more than one. */
  readonly unknown: readonly string[];
  readonly several: readonly { readonly name: string; readonly apps: readonly App[] }[];
}

/**
 * Names may hold spaces, and even what separates apps: the whole cell is looked up first, then what stands between separators, and what is
 * still none is split at white space.
 * @returns undefined where the cell begins like a JSON array and is none.
 */
export function readNamedApps(cell: string, known: KnownApps): NamedApps | undefined {
  const parts = partsOf(cell, known);
  if (parts === undefined) return undefined;
  const appIds = new Set<string>();
  const unknown: string[] = [];
  const several: { name: string; apps: readonly App[] }[] = [];
  for (const part of parts) {
    const apps = known.find(part);
    if (apps.length > 1) several.push({ name: part, apps });
    else if (apps.length === 0) unknown.push(part);
    appIds.add(apps.length === 1 ? (apps[0]?.appId ?? part) : part);
  }
  return { appIds: [...appIds], unknown, several };
}

function partsOf(cell: string, known: KnownApps): readonly string[] | undefined {
  if (cell === '') return [];
  if (known.find(cell).length > 0) return [cell];
  if (isJsonArray(cell)) return readJsonArray(cell)?.filter((part) => part !== '');
  return splitCell(cell).flatMap((part) => {
    if (known.find(part).length > 0) return [part];
    const words = part.split(/\p{White_Space}+/u).filter((word) => word !== '');
    // A name that is not found is told as a whole, unless its words are apps.
    return words.some((word) => known.find(word).length > 0) ? words : [part];
  });
}
