import { readAppIds, replaceAppIds, splitAtSpaces } from './cell/app-ids.ts';
import type { Damage } from './cell/damage.ts';
import { judgeCell } from './cell/judge-cell.ts';
import { addDamage, isRefused, type Findings } from './findings.ts';
import { cut } from '../printable.ts';
import { readNamedApps, type App, type KnownApps } from './cell/known-apps.ts';
import type { RowRules } from './cell/row-rules.ts';

/** Most cells; nothing can be wrong with one of them as a whole. */
const plainIds = /^[\da-f]{24}(?:;[\da-f]{24})*$/;

/** The apps of a cell, by their IDs as far as they are known; undefined where they cannot be read. */
export function readAppsBy({ knownApps }: RowRules, cell: string): readonly string[] | undefined {
  return knownApps === undefined ? readAppIds(cell) : readNamedApps(cell, knownApps)?.appIds;
}

/**
 * @param appIds what was read from the cell, or the apps for all rows where it names none.
 * @returns whether there is nothing to be said about the cell.
 */
export function checkApps(
  cell: string,
  appIds: readonly string[] | undefined,
  column: number | undefined,
  rules: RowRules,
  found: Findings,
): boolean {
  const before = found.problems.length + found.warnings.length;
  if (appIds === undefined) {
    const message =
      'This begins like a JSON array and is not a JSON array of strings; expected one such as ["66a1bb000000000000000001"], or app IDs with ";" between them.';
    found.problems.push({ column, kind: 'bad_json', message });
  } else if (appIds.length === 0) {
    const message = 'No app is named; expected app IDs here, or --app-ids for all rows.';
    found.problems.push({ column, kind: 'no_app', message });
  } else if (appIds !== rules.appIds) {
    const isSound = plainIds.test(cell) || isOfKnownApps(cell, rules);
    const whole = isSound ? undefined : judgeCell(cell, 'app_ids');
    if (whole !== undefined && isRefused(whole, cell, rules)) {
      checkDamagedCell(whole, cell, column, rules, found);
    } else if (rules.knownApps === undefined) {
      checkAppIds(cell, appIds, column, rules, found);
      warnOfSplit(cell, column, found);
    } else checkNamedApps(cell, rules.knownApps, column, rules, found);
    return found.problems.length + found.warnings.length === before;
  }
  return false;
}

/** What stands in it is no damage: names may look like anything. */
function isOfKnownApps(cell: string, { knownApps }: RowRules): boolean {
  if (knownApps === undefined) return false;
  const named = readNamedApps(cell, knownApps);
  return named !== undefined && named.unknown.length === 0;
}

function checkNamedApps(
  cell: string,
  known: KnownApps,
  column: number | undefined,
  rules: RowRules,
  found: Findings,
): void {
  const { unknown = [], several = [] } = readNamedApps(cell, known) ?? {};
  for (const { name, apps } of several) {
    const message = `${apps.length} apps are called so; expected the ID of the one that is meant: ${apps.slice(0, maxNamed).map(showApp).join(', ')}.`;
    found.problems.push({ column, kind: 'ambiguous_app', message, value: name });
  }
  let repaired = cell;
  for (const appId of unknown) {
    const nearest = known.nearest(appId);
    const damaged = judgeCell(appId, 'app_id', rules);
    // A name may look like anything: only what is an app once it is repaired was an ID that is damaged.
    const isId = damaged?.repair !== undefined && known.find(damaged.repair).length === 1;
    if (damaged !== undefined && isId && addDamage(damaged, 'An app ID', appId, column, rules, found, appId))
      continue;
    const repair = nearest.length === 1 ? nearest[0] : undefined;
    if (repair !== undefined) repaired = repaired.replace(appId, () => repair);
    const { allowDamagedIds } = rules;
    const isAllowed =
      typeof allowDamagedIds === 'object' &&
      allowDamagedIds.includes(appId) &&
      damaged?.kind !== 'control_character';
    const message = 'No app of the user pool has this ID or name; expected one of those that `apps` lists.';
    (isAllowed ? found.warnings : found.problems).push({
      column,
      kind: 'unknown_app',
      message,
      value: appId,
      repair,
    });
  }
  if (column !== undefined && repaired !== cell) found.repairs.push({ column, cell: repaired });
}

export function showApp({ appId, name }: App): string {
  return `${appId} ("${cut(name, 40)}")`;
}

function warnOfSplit(cell: string, column: number | undefined, found: Findings): void {
  const appIds = splitAtSpaces(cell);
  if (appIds === undefined) return;
  const [last = '', ...before] = appIds
    .slice(0, maxNamed)
    .map((appId) => `"${cut(appId, 40)}"`)
    .toReversed();
  const rest = appIds.length > maxNamed ? ` and ${appIds.length - maxNamed} more` : '';
  const named =
    rest === ''
      ? `${before.toReversed().join(', ')} and ${last}`
      : `${[last, ...before].toReversed().join(', ')}${rest}`;
  const count = appIds.length === 2 ? 'two' : String(appIds.length);
  const value = appIds.join(' ');
  const message = `"${cut(value, 60)}" was taken for ${count} apps, ${named}, as white space separates apps.`;
  found.warnings.push({ column, kind: 'split_app', message, value });
}

const maxNamed = 5;

/** All apps of a cell together are damaged, as in `="..."` or `{...}`. */
function checkDamagedCell(
  damage: Damage,
  cell: string,
  column: number | undefined,
  rules: RowRules,
  found: Findings,
): void {
  const inner = damage.repair ?? '';
  const appIds = readAppIds(inner) ?? [];
  const repair = appIds.length > 0 ? inner : undefined;
  addDamage({ ...damage, repair }, 'This cell', cell, column, rules, found);
  if (repair !== undefined) checkAppIds(inner, appIds, column, rules, found, true);
}

/** @param isRepair the cell is not as it stands in the file, so that it is a repair even where nothing else is to be mended. */
function checkAppIds(
  cell: string,
  appIds: readonly string[],
  column: number | undefined,
  rules: RowRules,
  found: Findings,
  isRepair = false,
): void {
  let repairs: Map<string, string> | undefined;
  // More often a name than several apps, and so told once, as a whole.
  const words = splitAtSpaces(cell) ?? [];
  let isNameTold = false;
  for (const appId of appIds) {
    const damaged = judgeCell(appId, 'app_id', rules);
    if (damaged === undefined) continue;
    const isOfName = damaged.kind === 'app_form' && words.includes(appId) && isRefused(damaged, appId, rules);
    if (isOfName && isNameTold) continue;
    isNameTold ||= isOfName;
    const value = isOfName ? words.join(' ') : appId;
    if (!addDamage(damaged, 'An app ID', appId, column, rules, found, value)) continue;
    if (damaged.repair === undefined) continue;
    repairs ??= new Map();
    repairs.set(appId, damaged.repair);
  }
  if (column === undefined || (repairs === undefined && !isRepair)) return;
  found.repairs.push({ column, cell: replaceAppIds(cell, (appId) => repairs?.get(appId) ?? appId) });
}
