import { authorize, type AuthorizeRules } from './authorize.ts';
import { deliver } from './deliver.ts';
import { callKey } from './draw.ts';
import { createFaultChooser, type FaultChooser } from './fault-chooser.ts';
import type { Faults } from './faults.ts';
import { decideKick, type KickOutcome } from './kick-outcome.ts';
import type { HttpRequest } from './http-reader.ts';
import { readKickRequest, type KickRequest, type KnowsApp } from './kick-request.ts';
import type { Listener } from './listener.ts';
import type { RefusalName } from './refusals.ts';
import type { Language } from './replies.ts';
import type { Counts, OpenRecord, RequestRecord } from './request-record.ts';
import type { Sessions } from './sessions.ts';

export interface KickUsersOptions {
  readonly seed: number;
  readonly faults: Faults;
  readonly rules: AuthorizeRules;
  readonly counts: Counts;
  readonly listener: Listener;
  readonly sessions: Sessions | undefined;
  readonly knowsApp: KnowsApp;
  readonly now: () => number;
  readonly clockOffsetMs: number;
  /** Records are added on arrival and completed later. */
  readonly log: RequestRecord[] | undefined;
  readonly onRequest: ((record: RequestRecord) => void) | undefined;
}

/** One request and what is known about it so far. */
interface Exchange {
  readonly request: HttpRequest;
  /** The parsed JSON; `undefined` where it is none. */
  readonly body: unknown;
  /** Why it is refused before anything else. */
  readonly refusal: RefusalName | undefined;
  readonly language: Language;
  readonly arrivedAtMs: number;
  /** The `Date` header, by the server's clock. */
  readonly date: string;
}

/** The endpoint `kick-users`, with its faults. */
export interface KickUsers {
  handle(exchange: Exchange): void;
  /** How the server is down at the moment, if it is: that concerns other endpoints as well. */
  outage(nowMs: number): NonNullable<Faults['outage']>['as'] | undefined;
  setFaults(faults: Faults): void;
  /** Ends all timers. */
  close(): void;
}

export function createKickUsers(options: KickUsersOptions): KickUsers {
  const { seed, rules, counts, listener, sessions, knowsApp, now, clockOffsetMs, log, onRequest } = options;
  const { later, clear } = createTimers();
  let { faults } = options;
  /** Made by the first kick: from there outage and schedule count. */
  let chooser: FaultChooser | undefined;
  let outageTimers: NodeJS.Timeout[] = [];
  let inFlight = 0;

  function handle(exchange: Exchange): void {
    const { request, body, language, arrivedAtMs } = exchange;
    if (chooser === undefined) {
      chooser = createFaultChooser(faults, arrivedAtMs);
      outageTimers = shutOver(faults.outage, listener, later);
    }
    counts.kickRequests += 1;
    inFlight += 1;
    const kick = readKickRequest(body, knowsApp);
    const key = callKey(seed, kick.userId, kick.appIds[0] ?? '');
    const clockMs = arrivedAtMs + clockOffsetMs;
    const chosen = chooser.choose(kick, key, arrivedAtMs);
    const record =
      log || onRequest
        ? openRecord(exchange, kick, {
            connection: listener.numberOf(request.socket),
            inFlight,
            fault: chosen?.fault,
          })
        : undefined;
    if (record) log?.push(record);
    const outcome = decideKick({
      language,
      key,
      clockMs,
      faults,
      chosen,
      refusal() {
        const caller = authorize(request, body, clockMs, rules);
        if (typeof caller === 'string') return exchange.refusal ?? caller;
        if (record) {
          record.accessKeyId = caller.accessKeyId;
          record.userPoolId = caller.userPoolId;
        }
        return exchange.refusal ?? kick.refusal;
      },
    });
    const latencyMs = chosen?.fault === 'outage' ? 0 : chooser.latencyMs(key, counts.kickRequests);
    if (latencyMs > 0) later(latencyMs, finish);
    else finish();

    /** The kick takes effect, and the reply goes out. */
    function finish(): void {
      count(counts, outcome);
      if (outcome.kicks) sessions?.end(kick.userIdType, kick.userId, kick.appIds);
      deliver(request, outcome, {
        date: exchange.date,
        dripMs: faults.dripMs ?? 100,
        later,
        done(answered) {
          inFlight -= 1;
          if (!record) return;
          complete(record, outcome, answered, now());
          onRequest?.(record);
        },
      });
    }
  }

  return {
    handle,
    outage: (nowMs) => (chooser?.inOutage(nowMs) ? faults.outage?.as : undefined),
    setFaults(next) {
      faults = next;
      chooser = undefined;
      for (const timer of outageTimers) clearTimeout(timer);
      listener.reopen();
    },
    close: clear,
  };
}

function createTimers() {
  const timers = new Set<NodeJS.Timeout>();
  return {
    later(ms: number, action: () => void): NodeJS.Timeout {
      const timer = setTimeout(() => {
        timers.delete(timer);
        action();
      }, ms);
      timers.add(timer);
      return timer;
    },
    clear(): void {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function openRecord(
  { arrivedAtMs }: Exchange,
  { userId, userIdType, appIds }: KickRequest,
  about: Pick<OpenRecord, 'connection' | 'inFlight' | 'fault'>,
): OpenRecord {
  return {
    arrivedAtMs,
    userId,
    userIdType,
    appIds,
    accessKeyId: undefined,
    userPoolId: undefined,
    answeredAtMs: undefined,
    requestId: undefined,
    httpStatus: undefined,
    statusCode: undefined,
    apiCode: undefined,
    retryAfterMs: undefined,
    kicked: false,
    answered: false,
    ...about,
  };
}

function complete(
  record: OpenRecord,
  { kicks, reply, retryAfterMs }: KickOutcome,
  answered: boolean,
  nowMs: number,
): void {
  record.answeredAtMs = nowMs;
  record.requestId = reply?.requestId;
  record.httpStatus = reply?.httpStatus;
  record.statusCode = reply?.statusCode;
  record.apiCode = reply?.apiCode;
  record.retryAfterMs = retryAfterMs;
  record.kicked = kicks;
  record.answered = answered;
}

function count(counts: KickUsersOptions['counts'], { kicks, fault, reply }: KickOutcome): void {
  if (kicks) counts.kicks += 1;
  if (fault === undefined) return;
  if (reply?.httpStatus === 429 || reply?.statusCode === 429) counts.throttled += 1;
  else counts.faults += 1;
}

/** From the first kick on the listener is shut for as long as an outage of refused connections lasts. */
function shutOver(
  outage: Faults['outage'],
  listener: Listener,
  later: (ms: number, action: () => void) => NodeJS.Timeout,
): NodeJS.Timeout[] {
  if (outage?.as !== 'refuse') return [];
  return [
    later(outage.afterMs, () => listener.shut()),
    later(outage.afterMs + outage.forMs, () => listener.reopen()),
  ];
}
