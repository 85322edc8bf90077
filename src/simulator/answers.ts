import { inNoOrder } from './active-users.ts';
import { callKey, draw, drawFor } from './draw.ts';
import type { Faults } from './faults.ts';
import { appsUsedBy, loginsOf, type LoginCircumstances } from './logins.ts';
import type { RefusalName } from './refusals.ts';
import type { SimulatedUser } from './tenant.ts';
import { isUserId, isUserIdType } from './user-id.ts';
import { appForm, usedAppForm, userForm } from './wire-forms.ts';

/** What a question asks: the fields of a body, or what a query names. */
export type Asked = Readonly<Record<string, unknown>>;

/** All that answers go by. */
export interface AnswerCircumstances extends LoginCircumstances {
  readonly seed: number;
  readonly faults: Faults;
  /** So many pages of listings of active users were asked for before. */
  readonly pagesAsked: number;
  readonly activeUsers: (appId: string, nowMs: number) => readonly string[];
}

/** The `data` of the reply, or why there is none. */
type Answer = (asked: Asked, circumstances: AnswerCircumstances) => object | RefusalName;

/** The endpoints that tell something and change nothing. */
export const answers: Readonly<Record<string, Answer>> = {
  'GET /api/v3/list-applications': listApplications,
  'GET /api/v3/list-application-simple-info': listApplications,
  'GET /api/v3/get-user-batch': getUserBatch,
  'GET /api/v3/get-user': getUser,
  'GET /api/v3/get-user-loggedin-apps': getUserLoggedinApps,
  'GET /api/v3/get-user-login-history': getUserLoginHistory,
  'POST /api/v3/check-session-status': checkSessionStatus,
  'POST /api/v3/list-application-active-users': listApplicationActiveUsers,
};

/** GenAuth gives no more at once. */
const maxPage = 50;

interface Page {
  readonly from: number;
  readonly to: number;
}

/** A number in a body, or digits in a query. */
function wholeNumber(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function readPage(asked: Asked): Page | RefusalName {
  const page = wholeNumber(asked['page'] ?? 1) ?? 0;
  const limit = wholeNumber(asked['limit'] ?? 10) ?? 0;
  if (page < 1) return 'page';
  if (limit < 1 || limit > maxPage) return 'limit';
  return { from: (page - 1) * limit, to: page * limit };
}

function listApplications(asked: Asked, { tenant }: AnswerCircumstances): object | RefusalName {
  const page = readPage(asked);
  if (typeof page === 'string') return page;
  const list = tenant.apps.slice(page.from, page.to).map(appForm);
  return { totalCount: tenant.apps.length, list };
}

function getUserBatch(asked: Asked, { tenant }: AnswerCircumstances): object | RefusalName {
  const { userIds, userIdType = 'user_id' } = asked;
  if (!Array.isArray(userIds) || userIds.length === 0 || userIds.length > maxPage) return 'userIds';
  if (typeof userIdType !== 'string' || !isUserIdType(userIdType)) return 'userIdType';
  const found = new Map<string, SimulatedUser>();
  for (const userId of userIds) {
    const user = isUserId(userId, userIdType) ? tenant.user(userIdType, userId) : undefined;
    if (user) found.set(user.userId, user);
  }
  return inNoOrder(found.keys()).flatMap((userId) => {
    const user = found.get(userId);
    return user ? [userForm(user, asked)] : [];
  });
}

/** The user that `userId` and `userIdType` name. */
function namedUser(asked: Asked, { tenant }: AnswerCircumstances): SimulatedUser | RefusalName {
  const { userId, userIdType = 'user_id' } = asked;
  if (typeof userIdType !== 'string' || !isUserIdType(userIdType)) return 'userIdType';
  if (typeof userId !== 'string' || !isUserId(userId, userIdType)) return 'userId';
  return tenant.user(userIdType, userId) ?? 'unknownUser';
}

function getUser(asked: Asked, circumstances: AnswerCircumstances): object | RefusalName {
  const user = namedUser(asked, circumstances);
  return typeof user === 'string' ? user : userForm(user, asked);
}

function getUserLoggedinApps(asked: Asked, circumstances: AnswerCircumstances): object | RefusalName {
  const { tenant } = circumstances;
  const user = namedUser(asked, circumstances);
  if (typeof user === 'string') return user;
  return appsUsedBy(user, tenant).flatMap((appId) => {
    const app = tenant.app(appId);
    return app ? [usedAppForm(app)] : [];
  });
}

function getUserLoginHistory(asked: Asked, circumstances: AnswerCircumstances): object | RefusalName {
  const user = namedUser(asked, circumstances);
  if (typeof user === 'string') return user;
  if (isUnreadable(user, circumstances)) return 'forbidden';
  const { appId, clientIp } = asked;
  const start = wholeNumber(asked['start'] ?? 0);
  const end = asked['end'] === undefined ? Infinity : wholeNumber(asked['end']);
  if (appId !== undefined && typeof appId !== 'string') return 'appId';
  if (start === undefined) return 'start';
  if (end === undefined) return 'end';
  const page = readPage(asked);
  if (typeof page === 'string') return page;
  const logins = loginsOf(user, appId, circumstances).filter(
    (login) => login.atMs >= start && login.atMs <= end && (clientIp ?? login.clientIp) === login.clientIp,
  );
  const list = logins.slice(page.from, page.to).map((login) => ({
    ...usedAppForm(circumstances.tenant.app(login.appId) ?? { ...login, appName: login.appId }),
    clientIp: login.clientIp,
    userAgent: 'Mozilla/5.0 (simulated)',
    time: new Date(login.atMs).toISOString(),
  }));
  return { totalCount: logins.length, list };
}

function checkSessionStatus(asked: Asked, circumstances: AnswerCircumstances): object | RefusalName {
  const { appId, userId } = asked;
  const { tenant, sessions, faults, nowMs } = circumstances;
  if (typeof appId !== 'string' || appId === '') return 'appId';
  if (typeof userId !== 'string' || userId === '') return 'userId';
  const app = tenant.app(appId);
  if (!app) return 'unknownApp';
  const user = tenant.byUserId(userId);
  if (app.unreadable || (user && isUnreadable(user, circumstances))) return 'forbidden';
  const active = user !== undefined && sessions.alive(user.userId, appId, nowMs);
  return { active: active && !faults.blind };
}

function listApplicationActiveUsers(asked: Asked, circumstances: AnswerCircumstances): object | RefusalName {
  const { tenant, faults, pagesAsked, nowMs } = circumstances;
  const { appId, options } = asked;
  if (typeof appId !== 'string' || appId === '') return 'appId';
  const optional = (options ?? {}) as Asked;
  const page = readPage((optional['pagination'] ?? {}) as Asked);
  if (typeof page === 'string') return page;
  const app = tenant.app(appId);
  if (!app) return 'unknownApp';
  if (app.unreadable) return 'forbidden';
  const userIds = circumstances.activeUsers(appId, nowMs);
  const moved = userIds.length === 0 ? 0 : (pagesAsked * (faults.shifting ?? 0)) % userIds.length;
  const list = userIds.slice(page.from, page.to).flatMap((_, at) => {
    const user = tenant.byUserId(userIds[(page.from + at + moved) % userIds.length] ?? '');
    return user ? [userForm(user, optional)] : [];
  });
  return { totalCount: userIds.length, list };
}

function isUnreadable(user: SimulatedUser, { seed, faults }: AnswerCircumstances): boolean {
  const { unreadable = 0 } = faults;
  return user.unreadable ?? draw(callKey(seed, user.userId, ''), 0, drawFor.unreadable) < unreadable;
}
