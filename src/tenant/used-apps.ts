import { getUserLoggedinApps } from '../genauth/questions/get-user-loggedin-apps.ts';
import type { UserName } from '../genauth/questions/get-user.ts';
import type { App } from '../input/cell/known-apps.ts';
import type { Ask } from './ask.ts';
import { isUnknown } from './look-up-users.ts';

/** @returns the apps that the user has ever signed in to; none for one whom GenAuth does not know; undefined where it does not say. */
export async function readUsedApps(ask: Ask, user: UserName): Promise<readonly App[] | undefined> {
  const asked = await ask(getUserLoggedinApps(user));
  if (asked === undefined) return undefined;
  const { answer, reply } = asked;
  if (answer === undefined) return isUnknown(reply) ? [] : undefined;
  return answer.map(({ appId, appName = appId }) => ({ appId, name: appName }));
}
