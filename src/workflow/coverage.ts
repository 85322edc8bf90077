import path from 'node:path';

import { refuseInterrupted } from '../errors.ts';
import type { UserName } from '../genauth/questions/get-user.ts';
import type { App } from '../input/cell/known-apps.ts';
import { openNewCsv } from '../report/write-csv.ts';
import { checkedPlan, type PlanOptions } from '../settings/plan-options.ts';
import type { Some } from '../settings/rules.ts';
import { openPlannedRows } from '../survey/survey.ts';
import type { Plan } from '../survey/plan.ts';
import { keyOf } from '../tenant/look-up-users.ts';
import { readUsedApps } from '../tenant/used-apps.ts';
import { withServer, type AppsOptions } from './apps.ts';
import { proveAgain, type Known } from './check.ts';
import { openAsking, saysNoOfUsers } from './look-up.ts';

/** Which apps users have used that a file does not name: a session there can sign them in again. */
export interface Coverage {
  /** Users who were asked about, and of those how many have used such an app, and of how many GenAuth did not say. */
  readonly users: number;
  readonly uncovered: number;
  readonly unknown: number;
  /** Such apps, that of most users first. */
  readonly apps: readonly (App & { readonly users: number })[];
}

export interface CoverageOptions extends AppsOptions {
  /** From `lookUp`; as `check` was given. */
  readonly known?: Known | undefined;
}

/** So many users are asked about together; the asker holds back what is too much. */
const usersAtOnce = 256;

/**
 * Asks for each user of a file which apps they have ever used, and writes those that the file does not name into a new file, which `run`
 * takes. One question for each user; in memory for each user and app.
 * @param destination must not exist.
 * @param checked what `check` said about the file. @param plan the options that `check` was given.
 * @throws {UserError} when the server or the key is not there, the file was changed, or the other cannot be written.
 */
export async function writeCoverage(
  file: string,
  destination: string,
  checked: Pick<Plan, 'evidence' | 'input'>,
  plan: Some<PlanOptions>,
  { known, ...given }: CoverageOptions,
): Promise<Coverage> {
  const options = checkedPlan(plan);
  const rows = await openPlannedRows(await proveAgain(file, checked), path.basename(file), options, {
    ...checked,
    ...known,
  });
  const users = new Map<string, { readonly name: UserName; readonly apps: Set<string> }>();
  for await (const batch of rows.batches) {
    refuseInterrupted(given);
    for (const row of batch) {
      if (!row.valid) continue;
      const name = { userId: row.userId, userIdType: row.userIdType };
      const user = users.get(keyOf(name)) ?? { name, apps: new Set<string>() };
      users.set(keyOf(name), user);
      for (const appId of row.appIds) user.apps.add(appId);
    }
  }
  const csv = await openNewCsv(destination, { forSpreadsheets: false });
  try {
    await csv.write([['user_id', 'user_id_type', 'app_ids']]);
    const counts = { users: users.size, uncovered: 0, unknown: 0 };
    const apps = new Map<string, App & { users: number }>();
    await withServer(given, async (connection, pace, hooks) => {
      const { ask } = openAsking(connection, pace, hooks, saysNoOfUsers);
      const all = [...users.values()];
      for (let from = 0; from < all.length; from += usersAtOnce) {
        refuseInterrupted(given);
        const some = all.slice(from, from + usersAtOnce);
        const used = await Promise.all(some.map(({ name }) => readUsedApps(ask, name)));
        await csv.write(
          some.flatMap(({ name, apps: named }, place) => {
            const found = used[place];
            if (found === undefined) counts.unknown += 1;
            const others = (found ?? []).filter(({ appId }) => !named.has(appId));
            if (others.length === 0) return [];
            counts.uncovered += 1;
            for (const app of others) count(apps, app);
            return [[name.userId, name.userIdType, others.map(({ appId }) => appId).join(';')]];
          }),
        );
      }
    });
    await csv.finish();
    return { ...counts, apps: [...apps.values()].sort((a, b) => b.users - a.users) };
  } finally {
    await csv.close();
  }
}

function count(apps: Map<string, App & { users: number }>, app: App): void {
  const known = apps.get(app.appId);
  if (known === undefined) apps.set(app.appId, { ...app, users: 1 });
  else known.users += 1;
}
