import { UserError } from '../../errors.ts';
import type { Identity } from '../../genauth/identity.ts';
import { printable } from '../../printable.ts';
import { freeRuns, keyOf, type SharedRun } from '../../queue/shared-runs.ts';
import type { Credentials } from '../../settings/credentials.ts';
import type { ServerOptions } from '../../settings/server-options.ts';
import { isProven } from '../host-proof.ts';
import { refuseOtherIdentity } from '../refusals.ts';
import type { Run } from '../stored-run.ts';
import { runOf } from './fetch-run.ts';
import type { Queue } from './open-queue.ts';
import { refuseOtherVersion } from './resume-shared.ts';

/** Where a worker may send to, and about whose users. */
export interface Whose {
  readonly host: string;
  /** As the server said. */
  readonly identity: Identity | undefined;
  readonly credentials: Credentials | undefined;
}

/** Runs that a worker takes no part in, and why, until they are let go on once more. */
export type PassedOver = Map<string, string>;

const nameIn = (shared: SharedRun): string => `${keyOf(shared)} ${shared.round}`;

/** @returns whether it was not passed over before. */
export function passOver(passed: PassedOver, shared: SharedRun, why: string): boolean {
  const isNew = !passed.has(nameIn(shared));
  passed.set(nameIn(shared), why);
  return isNew;
}

/**
 * Finds the oldest run with work to be done.
 * @param only this one, by its name. @param onPassedOver told once of each that this worker may not take part in.
 */
export async function findOwnRun(
  queue: Queue,
  whose: Whose,
  only: string | undefined,
  passed: PassedOver,
  onPassedOver: ((run: string, why: string) => void) | undefined,
): Promise<SharedRun | undefined> {
  const { host, identity } = whose;
  for (const shared of await freeRuns(queue.query, { host, userPool: poolOf(identity), only })) {
    if (passed.has(nameIn(shared))) continue;
    const refusal = refusalOf(() => refuseOthersRun(shared, whose));
    if (refusal === undefined) return shared;
    passOver(passed, shared, refusal.message);
    onPassedOver?.(shared.name, refusal.message);
  }
  return undefined;
}

export function refusalOf(refuse: () => void): UserError | undefined {
  try {
    refuse();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** @throws {UserError} where a worker may not take part in the run. */
function refuseOthersRun(shared: SharedRun, whose: Whose): void {
  refuseOtherVersion(shared);
  refuseOtherHost(shared, whose);
  refuseOtherUsers(shared, whose);
}

/** @throws {UserError} where it goes to another server, whatever the queue says beside it. */
export function refuseOtherHost({ name, host, run }: SharedRun, server: Pick<ServerOptions, 'host'>): void {
  const { options } = run as Run;
  if (host === server.host && options.server?.host === server.host) return;
  throw new UserError(
    `${name} goes to ${printable(options.server?.host ?? host)}, and this worker to ${server.host}.`,
    {
      hint: 'If the access key may go there, too, name that host with --host, or as GENAUTH_HOST.',
    },
  );
}

/**
 * The same IDs may be other people in another user pool, so it has to be known that they are not: the server has named the same pool to
 * whoever began the run and to this worker, or the run was begun with this very access key.
 * @throws {UserError} where it is not known.
 */
export function refuseOtherUsers(shared: SharedRun, { identity, credentials }: Whose): void {
  const run = runOf(shared);
  const pool = poolOf(identity);
  if (pool !== null && pool === shared.userPool && pool === poolOf(run.identity ?? undefined)) return;
  if (credentials !== undefined && isProven(run, credentials)) return;
  refuseOtherIdentity(run, identity ?? null);
  throw new UserError(
    `Nothing says that ${printable(shared.name)} is about users of this access key: the server has named no user pool.`,
    { hint: 'Work on it with the access key that it was begun with.' },
  );
}

function poolOf(identity: Identity | undefined): string | null {
  return identity !== undefined && 'userPoolId' in identity ? identity.userPoolId : null;
}
