import { createHmac } from 'node:crypto';

import type { Credentials } from '../settings/credentials.ts';
import { UserError, hostPlaceholder } from '../errors.ts';
import { checkedHost, type ServerOptions } from '../settings/server-options.ts';
import type { Run } from './stored-run.ts';

/** The same secret signs requests elsewhere: nothing that is signed there may count as a proof here, nor the other way round. */
const purpose = 'genauth-offboard: the host of a run, 1';

/**
 * What only whoever has the secret can say of where a run goes, and how it is authorised there. An access key secret is random and
 * long, so that it cannot be guessed from this. Input and time tell the run from others of the same people.
 * @returns undefined for a run with a client of the caller's own.
 */
export function hostProof(run: Run, credentials: Credentials | undefined): string | undefined {
  const { server } = run.options;
  if (server === null || credentials === undefined) return undefined;
  const { host, auth, brand, tenantId, tenantHeader } = server;
  const way = [host, auth, brand, tenantId ?? null, tenantHeader, run.identity];
  return createHmac('sha256', credentials.accessKeySecret)
    .update(JSON.stringify([purpose, run.createdAt, run.input.sha256, ...way]))
    .digest('hex');
}

/** The run was started for what stands in `run.json`, by somebody with this secret. */
export function isProven(run: Run, credentials: Credentials): boolean {
  const { server } = run.options;
  return server === null || run.hostProof === hostProof(run, credentials);
}

/**
 * Whoever can change `run.json` could have the credentials sent to a host of theirs, so the file's word for it is not enough.
 * @param given the host, by somebody who knows it.
 * @throws {UserError} when nothing says that the host is the right one, or it is none to which credentials may go.
 */
export function refuseUnprovenHost(
  folder: string,
  run: Run,
  server: ServerOptions,
  credentials: Credentials,
  given: string | undefined,
): void {
  const own = checkedHost(server.host, `${folder}/run.json`);
  if (given !== undefined) {
    const asked = checkedHost(given, '--host');
    if (asked !== own) throw otherHost(own, `${asked} was given`);
  } else if (!isProven(run, credentials)) {
    throw unprovenHost(folder);
  }
}

export function unprovenHost(folder: string): UserError {
  return new UserError(
    `Nothing proves where ${folder} goes: its run.json was changed, was made with another access key secret, or by an early version.`,
    {
      hint: 'Add --host with the host that the run was started for; it is compared. Credentials go nowhere before.',
      ways: [['--host', hostPlaceholder]],
    },
  );
}

/**
 * The same phone number may be someone else's at another host.
 * @param right what to give instead: the run's own where it is proven.
 */
export function otherHost(own: string, otherwise: string, right: string = hostPlaceholder): UserError {
  return new UserError(`This run goes to ${own}, and ${otherwise}.`, {
    hint: 'Go on with the host that the run was started for, or start a new run for the other one.',
    ways: [['--host', right]],
  });
}
