import { readAppIds, replaceAppIds } from './app-ids.ts';
import { damage } from './damage.ts';
import { addDamage, type Findings } from './findings.ts';
import { findDamage } from './find-damage.ts';
import type { RowRules } from './row-rules.ts';
import { unwrapFormula } from './spreadsheet-shapes.ts';
import { trimSpaces } from './trim-spaces.ts';

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
  const inner = rules.allowDamagedIds === true ? undefined : unwrapFormula(cell);
  if (inner !== undefined) {
    checkWrappedApps(trimSpaces(inner), column, rules, found);
  } else if (appIds === undefined) {
    const message =
      'This begins like a JSON array and is not a JSON array of strings; expected one such as ["app1","app2"], or app IDs with ";" between them.';
    found.problems.push({ column, kind: 'bad_json', message });
  } else if (appIds.length === 0) {
    const message = 'No app is named; expected app IDs here, or --app-ids for all rows.';
    found.problems.push({ column, kind: 'no_app', message });
  } else if (appIds !== rules.appIds) {
    const repairs = checkAppIds(appIds, column, rules, found);
    if (repairs !== undefined && column !== undefined) {
      found.repairs.push({ column, cell: replaceAppIds(cell, (appId) => repairs.get(appId) ?? appId) });
    }
    return found.problems.length + found.warnings.length === before;
  }
  return false;
}

/** All apps of a cell together in `="..."`. */
function checkWrappedApps(inner: string, column: number | undefined, rules: RowRules, found: Findings): void {
  const appIds = readAppIds(inner) ?? [];
  const repair = appIds.length > 0 ? inner : undefined;
  addDamage(
    damage('formula', 'are wrapped in a formula, ="..."', repair),
    'The app IDs',
    column,
    rules,
    found,
  );
  const repairs = checkAppIds(appIds, column, rules, found);
  if (repair === undefined || column === undefined) return;
  found.repairs.push({ column, cell: replaceAppIds(inner, (appId) => repairs?.get(appId) ?? appId) });
}

/** @returns what damaged IDs should be, where one of them is known. */
function checkAppIds(
  appIds: readonly string[],
  column: number | undefined,
  rules: RowRules,
  found: Findings,
): Map<string, string> | undefined {
  let repairs: Map<string, string> | undefined;
  for (const appId of appIds) {
    const damaged = findDamage(appId, 'app_id', rules.evidence);
    if (damaged === undefined || !addDamage(damaged, 'An app ID', column, rules, found, appId)) continue;
    if (damaged.repair === undefined) continue;
    repairs ??= new Map();
    repairs.set(appId, damaged.repair);
  }
  return repairs;
}
