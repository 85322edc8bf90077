import { authorize, type AuthorizeRules } from './authorize.ts';
import type { Caller } from './access-keys.ts';
import { deliver } from './deliver.ts';
import { createFaultChooser, type FaultChooser } from './fault-chooser.ts';
import type { FaultName, Faults } from './faults.ts';
import type { HttpRequest } from './http-reader.ts';
import type { Listener } from './listener.ts';
import { decide, type Outcome } from './outcome.ts';
import type { RefusalName } from './refusals.ts';
import type { Language, Reply } from './replies.ts';
import type { ExchangeRecord, Open } from './request-record.ts';

/** One request and what is known about it so far. */
export interface Exchange {
  readonly request: HttpRequest;
  /** The parsed JSON, `undefined` where it is none; of a GET what its query asks. */
  readonly asked: unknown;
  /** Why it is refused before anything else. */
  readonly refusal: RefusalName | undefined;
  readonly language: Language;
  readonly arrivedAtMs: number;
  /** The `Date` header, by the server's clock. */
  readonly date: string;
}

/** What is known of a request on its arrival, whatever it asks. */
export type Arrival = Open<ExchangeRecord>;

/** What one request asks of its endpoint. */
export interface Subject {
  readonly user: { readonly userId: string; readonly userIdType: string };
  /** The call's, see `callKey`. */
  readonly key: number;
  /** Which request of its kind it is, to vary the latency of repeats. */
  readonly nth: number;
}

/** An endpoint, made once: a tenant takes thousands of kicks a second. */
export interface Endpoint<Asks extends Subject, Record extends Arrival> {
  readonly kind: 'kick' | 'question';
  /** `undefined` where nobody wants records. */
  readonly record: ((arrival: Arrival, asks: Asks, exchange: Exchange) => Record) | undefined;
  /** What the request gets on its own merits. */
  answer(asks: Asks, exchange: Exchange): Reply | RefusalName;
  /** It takes effect, if it does, and the reply goes out. */
  finish(asks: Asks, outcome: Outcome): void;
  /** The record is complete. */
  recorded(record: Record, outcome: Outcome): void;
}

export interface ExchangesOptions {
  readonly faults: () => Faults;
  readonly rules: AuthorizeRules;
  readonly listener: Listener;
  readonly now: () => number;
  readonly clockOffsetMs: number;
}

/** What kicks and questions have in common: authorisation, faults, latency, the way of the reply, records. */
export interface Exchanges {
  run<Asks extends Subject, Record extends Arrival>(
    endpoint: Endpoint<Asks, Record>,
    exchange: Exchange,
    asks: Asks,
  ): void;
  /** How the server is down at the moment, if it is: that concerns other endpoints as well. */
  outage(nowMs: number): NonNullable<Faults['outage']>['as'] | undefined;
  /** The faults are others from now on. */
  restart(): void;
  /** Ends all timers. */
  close(): void;
}

export function createExchanges(options: ExchangesOptions): Exchanges {
  const { faults, rules, listener, now, clockOffsetMs } = options;
  const { later, clear } = createTimers();
  let chooser: FaultChooser | undefined;
  /** Outage and schedule count from the first kick. */
  let hasKicks = false;
  let outageTimers: NodeJS.Timeout[] = [];
  const inFlight = { kick: 0, question: 0 };

  function chooserFor(kind: 'kick' | 'question', arrivedAtMs: number): FaultChooser {
    if (kind === 'kick' && !hasKicks) {
      hasKicks = true;
      chooser = createFaultChooser(faults(), arrivedAtMs, { outage: true });
      outageTimers = shutOver(faults().outage, listener, later);
    }
    chooser ??= createFaultChooser(faults(), arrivedAtMs, { outage: false });
    return chooser;
  }

  function run<Asks extends Subject, Record extends Arrival>(
    endpoint: Endpoint<Asks, Record>,
    exchange: Exchange,
    asks: Asks,
  ): void {
    const { request, language, arrivedAtMs } = exchange;
    const { kind } = endpoint;
    const choosing = chooserFor(kind, arrivedAtMs);
    inFlight[kind] += 1;
    const clockMs = arrivedAtMs + clockOffsetMs;
    const chosen = choosing.choose(asks.user, asks.key, arrivedAtMs);
    const record = endpoint.record?.(
      arrival(arrivedAtMs, listener.numberOf(request.socket), inFlight[kind], chosen?.fault),
      asks,
      exchange,
    );
    const outcome = decide({
      language,
      clockMs,
      faults: faults(),
      chosen,
      answer() {
        const caller = authorize(request, exchange.asked, clockMs, rules);
        if (typeof caller === 'string') return exchange.refusal ?? caller;
        if (record) sign(record, caller);
        return exchange.refusal ?? endpoint.answer(asks, exchange);
      },
    });
    const latencyMs = chosen?.fault === 'outage' ? 0 : choosing.latencyMs(asks.key, asks.nth);
    if (latencyMs > 0) later(latencyMs, finish);
    else finish();

    function finish(): void {
      endpoint.finish(asks, outcome);
      deliver(request, outcome, {
        date: exchange.date,
        dripMs: faults().dripMs ?? 100,
        later,
        done(answered) {
          inFlight[kind] -= 1;
          if (!record) return;
          complete(record, outcome, answered, now());
          endpoint.recorded(record, outcome);
        },
      });
    }
  }

  return {
    run,
    outage: (nowMs) => (chooser?.inOutage(nowMs) ? faults().outage?.as : undefined),
    restart() {
      chooser = undefined;
      hasKicks = false;
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

function arrival(
  arrivedAtMs: number,
  connection: number,
  inFlight: number,
  fault: FaultName | undefined,
): Arrival {
  return {
    arrivedAtMs,
    accessKeyId: undefined,
    userPoolId: undefined,
    answeredAtMs: undefined,
    requestId: undefined,
    httpStatus: undefined,
    statusCode: undefined,
    apiCode: undefined,
    retryAfterMs: undefined,
    answered: false,
    connection,
    inFlight,
    fault,
  };
}

function sign(record: Arrival, { accessKeyId, userPoolId }: Caller): void {
  record.accessKeyId = accessKeyId;
  record.userPoolId = userPoolId;
}

function complete(record: Arrival, { reply, retryAfterMs }: Outcome, answered: boolean, nowMs: number): void {
  record.answeredAtMs = nowMs;
  record.requestId = reply?.requestId;
  record.httpStatus = reply?.httpStatus;
  record.statusCode = reply?.statusCode;
  record.apiCode = reply?.apiCode;
  record.retryAfterMs = retryAfterMs;
  record.answered = answered;
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
