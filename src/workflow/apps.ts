import { tmpdir } from 'node:os';
import path from 'node:path';

import { UserError } from '../errors.ts';
import type { NotListed } from '../events.ts';
import type { Identity } from '../genauth/identity.ts';
import type { Reply } from '../genauth/reply.ts';
import { requestIdsOf } from '../genauth/reply.ts';
import { createKnownApps, type App } from '../input/cell/known-apps.ts';
import { printable } from '../printable.ts';
import { checkedPace, type PaceOptions } from '../settings/pace-options.ts';
import { checkedServer, type ServerOptions } from '../settings/server-options.ts';
import { fromOptions, type Rules, type Some } from '../settings/rules.ts';
import { stopMessage } from '../execute/stop/stop-message.ts';
import { lookUpUsersOf, rowsToLookUp } from './ask-about-users.ts';
import { lookUpApps, type LookUpOptions } from './look-up.ts';
import { scratchError } from '../survey/survey.ts';
import { prove } from '../files/proven-file.ts';
import type { Connection } from '../genauth/connection.ts';
import { readProtection } from '../survey/protection.ts';
import { checkedPlan, type PlanOptions } from '../settings/plan-options.ts';
import type { Known } from './check.ts';
import { connect, openConnection, refusedKey, sessionRules, type SessionOptions } from './open-connection.ts';

export interface AppsOptions extends Pick<
  SessionOptions,
  'credentials' | 'network' | 'onEvent' | 'stopSignal' | 'abortSignal'
> {
  /** Which GenAuth. */
  readonly server?: Some<ServerOptions> | undefined;
}

interface CheckedOptions extends Omit<AppsOptions, 'server'> {
  readonly server?: ServerOptions;
}

const appsRules: Rules<CheckedOptions> = {
  credentials: sessionRules.credentials,
  network: sessionRules.network,
  onEvent: sessionRules.onEvent,
  stopSignal: sessionRules.stopSignal,
  abortSignal: sessionRules.abortSignal,
  server: { kind: ({ value }) => checkedServer(value as AppsOptions['server']) },
};

/** Whoever only looks does not wait for long. */
const giveUpAfterMs = 10_000;

/**
 * The user pool's apps, as far as the access key sees them, in the server's order.
 * @throws {UserError} when they cannot be read, and why.
 */
export async function listApps(given: AppsOptions): Promise<readonly App[]> {
  const { apps, why, reply } = await withServer(given, (connection, pace, { stopSignal }) =>
    lookUpApps(connection, pace, { stopSignal }),
  );
  if (apps === undefined) throw notListed(why ?? 'no_answer', why === 'none' ? undefined : reply);
  return apps;
}

/** What was found at a server with a key that is tried. */
export interface Reached {
  readonly identity: Identity | undefined;
  /** Undefined where nobody could say, and why. */
  readonly apps: readonly App[] | undefined;
  readonly notListed: NotListed | undefined;
}

/** Tries a key. @throws {UserError} when the server or the key is not there. */
export async function reachServer(given: AppsOptions): Promise<Reached> {
  return withServer(given, async (connection, pace, hooks) => {
    const { apps, why } = await lookUpApps(connection, pace, hooks);
    return { identity: connection.identity, apps, notListed: why };
  });
}

/**
 * What GenAuth says of a file, for `check`: which apps there are, and who its users are. `onEvent` is told where the apps are not known.
 * @param plan the options that `check` is given, too.
 * @throws {UserError} when the server, the key or the file is not there.
 */
export async function lookUp(file: string, plan: Some<PlanOptions>, given: AppsOptions): Promise<Known> {
  const options = checkedPlan(plan);
  const proven = await prove(file);
  const protection = options.protect === undefined ? undefined : await readProtection(options.protect);
  return withServer(given, async (connection, pace, hooks) => {
    const { apps } = await lookUpApps(connection, pace, hooks);
    const knownApps = apps === undefined ? undefined : createKnownApps(apps);
    const looked = {
      file: proven,
      name: path.basename(file),
      plan: options,
      judgement: { protection, knownApps },
    };
    const scratch = { folder: tmpdir(), told: scratchError };
    const rows = await rowsToLookUp(looked, connection, hooks);
    if (rows === undefined) return { knownApps, knownUsers: undefined, close: () => {} };
    const knownUsers = await lookUpUsersOf(looked, rows, scratch, connection, pace, hooks);
    return { knownApps, knownUsers, close: knownUsers.close };
  });
}

/** Lends a connection that has got through to the server. @throws {UserError} when the server or the key is not there. */
export async function withServer<T>(
  given: AppsOptions,
  use: (connection: Connection, pace: PaceOptions, hooks: LookUpOptions) => Promise<T>,
): Promise<T> {
  const { server = checkedServer({}), ...options } = fromOptions(appsRules, given, '');
  const pace = checkedPace({});
  const connection = openConnection(server, pace, options);
  try {
    const stop = await connect(connection, server.host, giveUpAfterMs, false, options);
    if (stop?.reason === 'unauthorized') throw refusedKey(stop);
    if (stop !== undefined) {
      const { message, hint } = stopMessage(stop, false, server.host);
      throw new UserError(message, { hint });
    }
    return await use(connection, pace, options);
  } finally {
    await connection.close();
  }
}

const reasons: Readonly<Record<NotListed, { readonly message: string; readonly hint: string }>> = {
  no_right: {
    message: 'This access key may not read the list of apps',
    hint: 'Use another key, or copy the IDs of the apps from the GenAuth console.',
  },
  none: {
    message: 'This access key sees no app of the user pool',
    hint: 'Use another key, or copy the IDs of the apps from the GenAuth console.',
  },
  no_such_call: {
    message: 'The server has no list of apps',
    hint: 'Copy the IDs of the apps from the GenAuth console.',
  },
  no_answer: {
    message: 'The list of apps was not answered',
    hint: 'Try again, or copy the IDs of the apps from the GenAuth console.',
  },
};

function notListed(why: NotListed, reply: Reply | undefined): UserError {
  const { message, hint } = reasons[why];
  const said = reply?.message === undefined ? '' : `: ${printable(reply.message)}`;
  const [requestId] = reply === undefined ? [] : requestIdsOf(reply);
  const id = requestId === undefined ? '' : ` (request ID ${printable(requestId)})`;
  return new UserError(`${message}${said}${id}.`, { hint });
}
