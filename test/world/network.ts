import type { Question } from './answers.ts';
import type { OutageKind } from './features.ts';
import { chance, pick, randomFrom } from './random.ts';
import { inForm, page, type Answer, type Kick, type Tenant } from './tenant.ts';
import type { Scenario } from './scenario.ts';

/** What becomes of a request that has left. */
export interface Passage {
  readonly answer: Answer;
  /** How it ends for who sent it. */
  readonly ending: 'answered' | 'reset' | 'resetInReply' | 'lost' | 'half';
  readonly backMs: number;
}

export interface Network {
  /** How long a request takes to the tenant. */
  wayMs(): number;
  /** Nothing listens: known at once. */
  isUnreachable(at: number): boolean;
  /** What comes of a kick that arrives now. @param heardMs for so long who sent it waits for the answer; 0 when it has died. */
  kick(request: Kick, at: number, heardMs: number): Passage;
  /** The same of a question. */
  ask(question: Question, authorization: string, at: number, heardMs: number): Passage;
  token(at: number): Passage;
  /** One that arrived is answered, whatever the answer. */
  left(): void;
  /** What it answered to a process that died, or waited no longer, nobody can know, so no cache has it either. */
  forget(): void;
  calmDown(): void;
}

/** One that has arrived. */
interface Request {
  /** What it asks for. */
  readonly kind: string;
  /** Whom. */
  readonly about: string;
  /** What the tenant says to it, and does. */
  readonly real: () => Answer;
}

export function createNetwork(scenario: Scenario, tenant: Tenant): Network {
  const { features, latencyMs, seed } = scenario;
  const random = randomFrom(seed, 'network');
  let isCalm = false;
  let inside = 0;
  let arrivals = 0;
  /** A few replies that others got, by what was asked for. */
  const former = new Map<
    string,
    { readonly answer: Answer; readonly about: string; readonly gotAt: number }[]
  >();

  const wayMs = (): number => (latencyMs.least + random() * (latencyMs.most - latencyMs.least)) / 2;

  function inOutage(at: number): OutageKind | undefined {
    const { outage } = features;
    if (outage === undefined || isCalm) return undefined;
    return at >= outage.fromMs && at < outage.fromMs + outage.forMs ? outage.kind : undefined;
  }

  /** Something on the way answers in the tenant's place. */
  function onTheWay({ kind, about }: Request, at: number): Passage | undefined {
    const outage = inOutage(at);
    if (outage !== undefined) return outagePassage(outage);
    const { stranger, atOnce, deadBackend, cache, crossed } = features;
    if (isCalm) return undefined;
    if (stranger !== undefined) return answered(page(stranger.status, 'world', false));
    if (atOnce !== undefined && inside > atOnce.most) return refusedBy(atOnce.how);
    if (deadBackend !== undefined && arrivals % 2 === 0) return refusedBy(deadBackend.how);
    const other = former.get(kind)?.find((each) => each.about !== about && each.gotAt < at);
    const isCached = cache !== undefined && chance(random, cache.share);
    if (other === undefined || (!isCached && !(crossed !== undefined && chance(random, crossed.share))))
      return undefined;
    const { requestIds: foreignIds } = other.answer;
    const wrong = {
      carriedOut: false,
      saysDone: false,
      inDoubt: true,
      why: 'world',
      requestIds: [],
      isAnswer: false,
    } as const;
    return answered({ ...other.answer, ...wrong, foreignIds });
  }

  function refusedBy(how: 'form503' | 'page503' | 'page502' | 'reset' | 'throttled'): Passage {
    switch (how) {
      case 'form503':
        return answered(inForm(503, 'world'));
      case 'page503':
        return answered(page(503, 'world', false));
      case 'page502':
        return answered(page(502, 'world', false));
      case 'throttled':
        return answered(inForm(429, 'throttled'));
      case 'reset':
        return { ...answered(page(502, 'world', false)), ending: 'reset' };
    }
  }

  function outagePassage(kind: OutageKind): Passage {
    // It left just before nobody listened any more.
    if (kind === 'refused') return { ...answered(page(502, 'world', false)), ending: 'reset' };
    return answered(outageAnswer(kind));
  }

  function answered(answer: Answer): Passage {
    return { answer, ending: answer.isReset === true ? 'reset' : 'answered', backMs: wayMs() };
  }

  /** The tenant has answered, or is about to, and the way back, or there, fails. */
  function spoil({ real: answerOf }: Request): Passage | undefined {
    const { pages, resets, lost } = features;
    if (pages !== undefined && chance(random, pages.share)) {
      const isAfter = chance(random, pages.afterEffect);
      const status = pick(random, pages.statuses);
      // Who throttles does so before anything is done.
      const isDone = isAfter && status !== 429 && answerOf().carriedOut;
      return answered(page(status, status === 429 ? 'throttled' : 'world', isDone));
    }
    if (lost !== undefined && chance(random, lost.share)) {
      const isDone = chance(random, lost.afterEffect) && answerOf().carriedOut;
      return { ...answered(page(0, 'world', isDone)), ending: 'lost' };
    }
    if (resets === undefined || resets.kind === 'refused' || !chance(random, resets.share)) return undefined;
    if (resets.kind === 'before') return { ...answered(page(0, 'world', false)), ending: 'reset' };
    const real = answerOf();
    const ending = { after: 'reset', inReply: 'resetInReply', half: 'half' } as const;
    // The head arrives in any case but one, and with it how long to wait.
    const why = real.status === 429 && resets.kind !== 'after' ? 'throttled' : 'world';
    const answer: Answer = { ...page(real.status, why, real.carriedOut), headers: real.headers };
    const inDoubt = resets.kind !== 'half' || real.status !== 429;
    const inHead = real.headers['x-request-id'];
    const requestIds = inHead === undefined || ending[resets.kind] === 'reset' ? [] : [inHead];
    return {
      // Half a body may hold its ID, or not.
      answer: { ...answer, body: real.body, inDoubt, requestIds, foreignIds: real.requestIds },
      ending: ending[resets.kind],
      backMs: wayMs(),
    };
  }

  function delayed(passage: Passage): Passage {
    const { late } = features;
    if (late === undefined || isCalm || !chance(random, late.share)) return passage;
    return { ...passage, backMs: passage.backMs + random() * late.mostMs };
  }

  function remember({ answer, backMs, ending }: Passage, { kind, about }: Request, at: number): void {
    // A reply without an ID of its own cannot be told from another.
    const hasId = answer.body.includes('"requestId":') && answer.requestIds.length > 0;
    if (!(answer.saysDone || answer.isAnswer === true) || !hasId || ending !== 'answered') return;
    const known = former.get(kind) ?? [];
    known.unshift({ answer, about, gotAt: at + backMs });
    known.length = Math.min(known.length, 300);
    former.set(kind, known);
  }

  function pass(request: Request, at: number, heardMs: number): Passage {
    inside += 1;
    arrivals += 1;
    const passage = delayed(
      onTheWay(request, at) ?? (isCalm ? undefined : spoil(request)) ?? answered(request.real()),
    );
    if (passage.backMs <= heardMs) remember(passage, request, at);
    return passage;
  }

  return {
    wayMs,
    isUnreachable: (at) => {
      const isReset = features.resets?.kind === 'refused' && !isCalm && chance(random, features.resets.share);
      return isReset || inOutage(at) === 'refused';
    },
    kick: (request, at, heardMs) =>
      pass({ kind: 'kick', about: request.userId, real: () => tenant.kick(request, at) }, at, heardMs),
    ask(question, authorization, at, heardMs) {
      const about = JSON.stringify(question.asked);
      const real = (): Answer => tenant.ask(question, authorization, at);
      return pass({ kind: question.name, about, real }, at, heardMs);
    },
    token(at) {
      const outage = inOutage(at);
      if (outage !== undefined) return outagePassage(outage);
      if (features.stranger !== undefined && !isCalm)
        return answered(page(features.stranger.status, 'world', false));
      return answered(tenant.token(at));
    },
    left() {
      inside -= 1;
    },
    forget() {
      former.clear();
    },
    calmDown() {
      isCalm = true;
    },
  };
}

function outageAnswer(kind: Exclude<OutageKind, 'refused'>): Answer {
  switch (kind) {
    case 'form503':
      return inForm(503, 'world');
    case 'form500':
      // Where there is nothing to compare with, it may as well be about the call.
      return inForm(500, 'hiccup');
    case 'page502':
    case 'page504':
    case 'page404':
    case 'page403':
    case 'page400':
    case 'page200':
      return page(Number(kind.slice('page'.length)), 'world', false);
    case 'throttledPage':
      return {
        ...page(429, 'throttled', false),
        headers: { 'content-type': 'text/html', 'retry-after': '2' },
      };
  }
}
