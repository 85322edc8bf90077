import { appPlaceholder, UserError } from '../errors.ts';
import { isObjectId } from '../input/cell/evidence.ts';
import type { Damage } from '../input/cell/damage.ts';
import { judgeCell } from '../input/cell/judge-cell.ts';
import type { KnownApps } from '../input/cell/known-apps.ts';
import type { RowRules } from '../input/cell/row-rules.ts';
import { showApp } from '../input/check-apps.ts';
import { isRefused } from '../input/findings.ts';
import { visible } from '../printable.ts';
import { allApps, type PlanOptions } from '../settings/plan-options.ts';

/**
 * The IDs that `--app-ids` means: those are typed or pasted, and what is pasted may come out of a spreadsheet, too.
 * @throws {UserError} where one is damaged, or no app of the user pool's.
 */
export function appsForAllRows(
  { appIds, allowDamagedIds }: PlanOptions,
  { evidence, knownApps }: Pick<RowRules, 'evidence' | 'knownApps'>,
): readonly string[] {
  if (areAllMeant(appIds)) {
    if (knownApps === undefined) throw noList();
    return knownApps.all.map(({ appId }) => appId);
  }
  const found = appIds.map((given) => {
    if (knownApps === undefined) return given;
    return knownId(given, appIds, knownApps) ?? given;
  });
  for (const [place, appId] of found.entries()) {
    if (knownApps?.find(appId).length === 1) continue;
    const damage = isNear(appId, knownApps) ? undefined : judgeCell(appId, 'app_id', { evidence });
    const isDamaged = damage !== undefined && isRefused(damage, appId, { allowDamagedIds });
    if (isDamaged) throw damagedApp(appId, damage, appIds, knownApps !== undefined);
    const isAllowed = typeof allowDamagedIds === 'object' && allowDamagedIds.includes(appId);
    if (knownApps !== undefined && !isAllowed) throw unknownApp(appIds[place] ?? appId, appIds, knownApps);
  }
  return [...new Set(found)];
}

function isNear(given: string, knownApps: KnownApps | undefined): boolean {
  return knownApps !== undefined && knownApps.nearest(given).length > 0;
}

/** All that the access key sees. */
export function areAllMeant(appIds: readonly string[]): boolean {
  return appIds.length === 1 && appIds[0]?.toLowerCase() === allApps;
}

function noList(): UserError {
  return new UserError(
    '--app-ids all means all apps of the user pool, and its list of apps is not known here.',
    {
      hint: 'Name the apps by their IDs, or use an access key that may read the list: `apps` shows it. `check` reads it with --look-up.',
      ways: [['--app-ids', appPlaceholder]],
    },
  );
}

function knownId(given: string, all: readonly string[], knownApps: KnownApps): string | undefined {
  const apps = knownApps.find(given);
  if (apps.length < 2) return apps[0]?.appId;
  throw new UserError(
    `--app-ids names "${visible(given)}", and ${apps.length} apps are called so: ${apps.map(showApp).join(', ')}.`,
    {
      hint: 'Write the ID of the one that is meant.',
      ways: [['--app-ids', withInstead(all, given, apps[0]?.appId ?? appPlaceholder)]],
    },
  );
}

function unknownApp(given: string, all: readonly string[], knownApps: KnownApps): UserError {
  const [nearest] = knownApps.nearest(given);
  return new UserError(
    `--app-ids names "${visible(given)}", and no app of the user pool has this ID or name.`,
    {
      hint:
        nearest === undefined
          ? 'The command `apps` lists those it has; an access key may see only some of them.'
          : `Perhaps "${visible(nearest)}" is meant.`,
      ways: [['--app-ids', withInstead(all, given, nearest ?? appPlaceholder)]],
    },
  );
}

function damagedApp(
  appId: string,
  { says, repair }: Damage,
  all: readonly string[],
  areNamesKnown: boolean,
): UserError {
  return new UserError(`--app-ids names "${visible(appId)}", which ${says}.`, {
    hint:
      repair === undefined
        ? `Copy the app ID from the GenAuth console.${areNamesKnown ? '' : ' A name is found where the list of apps can be read: by run, and by check with --look-up.'}`
        : `It is probably "${visible(repair)}".`,
    // What stands beside a name is mostly one, too.
    ways: [
      [
        '--app-ids',
        all
          .map((each) => (each === appId ? repair : isObjectId(each) ? each : undefined) ?? appPlaceholder)
          .join(','),
      ],
    ],
  });
}

function withInstead(all: readonly string[], given: string, instead: string): string {
  return all.map((each) => (each === given ? instead : each)).join(',');
}
