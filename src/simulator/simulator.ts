import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';

import { createAccessKeys, type AccessKeys } from './access-keys.ts';
import { checkDirectory } from './check-directory.ts';
import { createExchanges } from './exchanges.ts';
import { checkFaults, type Faults } from './faults.ts';
import { createFates } from './fates.ts';
import { createKickUsers } from './kick-users.ts';
import { readRequests } from './http-reader.ts';
import { openListener } from './listener.ts';
import { createRecentCounts } from './recent-counts.ts';
import { createQuestions } from './questions.ts';
import { newCounts, type Counts, type QuestionRecord, type RequestRecord } from './request-record.ts';
import { createRequestHandler } from './request-handler.ts';
import { createSessions } from './sessions.ts';
import { type Directory, directoryTenant, madeTenant } from './tenant.ts';

export interface SimulatorOptions {
  /** @default 0, any that is free */
  readonly port?: number | undefined;
  /**
   * The same seed and the same calls give the same faults.
   * @default 1
   */
  readonly seed?: number | undefined;
  readonly accessKeyId?: string | undefined;
  readonly accessKeySecret?: string | undefined;
  /** Not the access key's ID by default, as with a collaborator's key: clients must read the token's claim. */
  readonly userPoolId?: string | undefined;
  /** @default 7200 */
  readonly tokenLifetimeSeconds?: number | undefined;
  /**
   * How far the server's clock is ahead of the true time; negative for behind.
   * @default 0
   */
  readonly clockOffsetMs?: number | undefined;
  /**
   * How far a signature's date may be from the server's clock. GenAuth documents no figure.
   * @default 300000
   */
  readonly allowedSkewMs?: number | undefined;
  readonly faults?: Faults | undefined;
  /**
   * Apps: those given as `name=id` it lists, those by an ID alone it only takes. Beside them it takes all whose IDs have 24 hexadecimal
   * digits, and every user, made from the ID that is asked for.
   */
  readonly apps?: readonly string[] | undefined;
  /** Apps and users: just these exist, and `apps` counts for nothing. */
  readonly directory?: Directory | undefined;
  /** Gets each kick's record when its request has been dealt with. */
  readonly onRequest?: ((record: RequestRecord) => void) | undefined;
  /** The same for each question. */
  readonly onQuestion?: ((record: QuestionRecord) => void) | undefined;
  /** Keeps all records in memory, as `simulator.log` and `simulator.questions`. */
  readonly log?: boolean | undefined;
  /** The true time in milliseconds since 1970. It must not go back. */
  readonly now?: (() => number) | undefined;
}

/** A simulated GenAuth, listening on loopback. */
export interface Simulator {
  /** The address to use as host: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly userPoolId: string;
  /** The kicks in order of arrival; empty unless the option `log` is on. */
  readonly log: readonly RequestRecord[];
  /** The questions likewise. */
  readonly questions: readonly QuestionRecord[];
  readonly counts: Readonly<Counts>;
  /** Replaces the faults; outage and schedule count from the next kick. */
  setFaults(faults: Faults): void;
  addKey(accessKeyId: string, accessKeySecret: string, userPoolId: string): void;
  /** Refuses the key and its tokens from now on; without an ID, the first key. */
  revokeKey(accessKeyId?: string): void;
  /** Whether the user is signed in to the app, whatever is answered about it. */
  sessions(userIdType: string, userId: string, appId: string): boolean;
  /** Ends everything at once, connections and timers included. */
  close(): Promise<void>;
}

const defaultSkewMs = 300_000;
/** Single use is known for so many signatures at least. */
const signaturesRemembered = 200_000;

/** Milliseconds since 1970 that never go back, whatever happens to the machine's clock. */
function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Starts a simulated GenAuth; the caller closes it.
 * @throws RangeError that names what makes no sense in faults or directory.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const accessKeyId = options.accessKeyId ?? 'simulated-access-key';
  const accessKeySecret = options.accessKeySecret ?? 'simulated-access-key-secret';
  const userPoolId = options.userPoolId ?? 'simulated-user-pool';
  const { seed = 1, now = monotonicNow, clockOffsetMs = 0, tokenLifetimeSeconds = 7200 } = options;
  checkFaults(options.faults ?? {});

  const keys = createAccessKeys(tokenLifetimeSeconds);
  keys.add(accessKeyId, accessKeySecret, userPoolId);
  const counts = newCounts();
  const log: RequestRecord[] = [];
  const questions: QuestionRecord[] = [];
  let { faults = {} } = options;
  const { tenant, sessions } = tenantOf(options, seed, () => faults);

  const server = createServer({ noDelay: true });
  const listener = await openListener(server, options.port ?? 0, (count) => {
    counts.connections = count;
  });
  const exchanges = createExchanges({
    faults: () => faults,
    rules: signatureRules(keys, options.allowedSkewMs),
    listener,
    now,
    clockOffsetMs,
  });
  const shared = { seed, counts, exchanges, tenant, sessions };
  const handle = createRequestHandler({
    keys,
    exchanges,
    kickUsers: createKickUsers({
      ...shared,
      now,
      log: options.log ? log : undefined,
      onRequest: options.onRequest,
    }),
    questions: createQuestions({
      ...shared,
      faults: () => faults,
      startedAtMs: now(),
      clockOffsetMs,
      log: options.log ? questions : undefined,
      onQuestion: options.onQuestion,
    }),
    counts,
    now,
    clockOffsetMs,
    tokenLifetimeSeconds,
  });
  server.on('connection', (socket) => readRequests(socket, handle));

  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    accessKeyId,
    accessKeySecret,
    userPoolId,
    log,
    questions,
    counts,
    setFaults(next) {
      checkFaults(next);
      faults = next;
      exchanges.restart();
    },
    addKey: (id, secret, poolId) => keys.add(id, secret, poolId),
    revokeKey: (id = accessKeyId) => keys.revoke(id),
    sessions(userIdType, userId, appId) {
      const known = tenant.userIdOf(userIdType, userId);
      return known !== undefined && sessions.alive(known, appId, now());
    },
    async close() {
      exchanges.close();
      await listener.close();
    },
  };
}

function tenantOf({ directory, apps = [] }: SimulatorOptions, seed: number, faults: () => Faults) {
  const tenant = directory ? directoryTenant(checkDirectory(directory)) : madeTenant(apps, seed, faults);
  return { tenant, sessions: createSessions(tenant, createFates(tenant, seed, faults)) };
}

/** A date may be early by the skew and late by the skew. */
function signatureRules(keys: AccessKeys, allowedSkewMs = defaultSkewMs) {
  return { keys, allowedSkewMs, usedSignatures: createRecentCounts(signaturesRemembered, 2 * allowedSkewMs) };
}
