import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  beginSearch,
  createAppSearch,
  endSearch,
  found,
  hold,
  type AppSearch,
} from '../../src/execute/app-search.ts';
import { createBisection, partRefused } from '../../src/execute/bisection.ts';
import {
  afterPart,
  recordOf,
  makeReady,
  openCall,
  outcome,
  requestFor,
  type OpenCall,
} from '../../src/execute/open-call.ts';
import type { Next } from '../../src/execute/next-attempt.ts';
import { judge } from '../../src/genauth/verdict.ts';
import { genauth, serverFault, success } from './replies.ts';

const noSuchApp = genauth(404, { apiCode: 2011 });
const fresh = {
  succeeded: false,
  partial: false,
  final: false,
  unanswered: false,
  unrecorded: false,
  attempts: 0,
  lastRecord: undefined,
};

function open(seq: number, appIds: readonly string[], openBefore?: bigint): OpenCall {
  const call = { seq, userId: `user-${seq}`, userIdType: 'user_id', appIds } as const;
  return openCall(call, fresh, openBefore);
}

/** As the core says of what is accepted, or refused on its merits. */
const ended: Next = { kind: 'ended', final: true };

/** Sends it once, when nothing is in its way. @returns the apps that went, or undefined. */
function send(call: OpenCall, search: AppSearch, isBad: (app: string) => boolean): string[] | undefined {
  if (hold(search, call.call.seq, call.call.appIds) !== undefined) return undefined;
  makeReady(call, search);
  const { appIds } = requestFor(call);
  const reply = appIds.some(isBad) ? noSuchApp : success;
  call.next = afterPart(call, reply, judge(reply), ended, search, 0);
  if (call.next.kind === 'ended') endSearch(search, call.call.seq);
  return appIds;
}

test('whatever calls share whatever apps, some of which do not exist: every call ends, every good app is signed out, and few attempts are made', () => {
  const apps = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const plan = fc.array(fc.uniqueArray(fc.constantFrom(...apps), { minLength: 1 }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(plan, fc.uniqueArray(fc.constantFrom(...apps)), (plan, bad) => {
      const isBad = (app: string): boolean => bad.includes(app);
      const search = createAppSearch();
      const calls = plan.map((appIds, place) => open(place + 1, appIds));
      const signedOut = calls.map(() => new Set<string>());
      let attempts = 0;
      for (let round = 0; round < 200 && calls.some(({ next }) => next.kind !== 'ended'); round += 1) {
        for (const [place, call] of calls.entries()) {
          if (call.next.kind === 'ended') continue;
          const sent = send(call, search, isBad);
          if (sent === undefined) continue;
          attempts += 1;
          if (!sent.some(isBad)) for (const app of sent) signedOut[place]?.add(app);
        }
      }
      for (const [place, call] of calls.entries()) {
        expect(call.next.kind).toBe('ended');
        expect([...(signedOut[place] ?? [])].toSorted()).toEqual(
          call.call.appIds.filter((app) => !isBad(app)).toSorted(),
        );
      }
      // Each bad app is looked for once: three halvings, itself, and the rest; others are refused once more for it.
      expect(attempts).toBeLessThanOrEqual(calls.length * (2 + bad.length) + bad.length * 8);
    }),
  );
});

describe('a call that is refused for one of its apps', () => {
  test('goes out without it when another call has found it meanwhile', () => {
    const search = createAppSearch();
    const call = open(1, ['a', 'b', 'bad']);
    found(search, 'bad');
    const next = afterPart(call, noSuchApp, 'rejected', ended, search, 77);
    expect(next).toEqual({ kind: 'again', at: 77 });
    expect(requestFor(call).appIds).toEqual(['a', 'b']);
  });

  test('waits with its halves while another searches among its apps', () => {
    const search = createAppSearch();
    beginSearch(search, 9, ['bad']);
    const call = open(1, ['a', 'b', 'bad']);
    expect(afterPart(call, noSuchApp, 'rejected', ended, search, 0)).toMatchObject({ kind: 'again' });
    makeReady(call, search);
    expect(requestFor(call).appIds).toEqual(['a', 'b', 'bad']);
    found(search, 'bad');
    endSearch(search, 9);
    makeReady(call, search);
    expect(requestFor(call).appIds).toEqual(['a', 'b']);
  });

  test('is ready with its first half when nobody else searches there', () => {
    const search = createAppSearch();
    const call = open(1, ['a', 'b', 'bad']);
    call.bisection = createBisection(3);
    partRefused(call.bisection);
    makeReady(call, search);
    expect(requestFor(call).appIds).toEqual(['a', 'b']);
  });

  test('ends with a part that succeeded when all that is left was found by others meanwhile', () => {
    const search = createAppSearch();
    const call = open(1, ['a', 'b', 'bad', 'worse']);
    afterPart(call, noSuchApp, 'rejected', ended, search, 0);
    found(search, 'bad');
    expect(afterPart(call, success, 'succeeded', ended, search, 0)).toMatchObject({ kind: 'again' });
    makeReady(call, search);
    expect(requestFor(call).appIds).toEqual(['worse']);
    const other = open(2, ['a', 'b', 'bad', 'worse']);
    afterPart(other, noSuchApp, 'rejected', ended, createAppSearch(), 0);
    found(search, 'worse');
    expect(afterPart(other, success, 'succeeded', ended, search, 0)).toBe(ended);
  });

  test('ends when it has no other', () => {
    const call = open(1, ['bad']);
    expect(afterPart(call, noSuchApp, 'rejected', ended, createAppSearch(), 0)).toBe(ended);
    expect(outcome({ ...call, next: ended }, 'rejected')).toBe('failed');
  });

  test('and for anything else follows what the core says', () => {
    const search = createAppSearch();
    const call = open(1, ['a', 'b']);
    const again = { kind: 'again', at: 5 } as const;
    expect(afterPart(call, serverFault, 'transient', again, search, 0)).toBe(again);
    expect(afterPart(call, genauth(404), 'rejected', ended, search, 0)).toBe(ended);
    expect(afterPart(call, noSuchApp, 'throttled', again, search, 0)).toBe(again);
    expect(call.bisection).toBeUndefined();
  });
});

test('apps that are all known not to exist are sent all the same: the server is asked', () => {
  const search = createAppSearch(new Set(['a', 'b']));
  const call = open(1, ['a', 'b']);
  makeReady(call, search);
  expect(requestFor(call).appIds).toEqual(['a', 'b']);
});

test('what former sessions left open is all that is sent', () => {
  expect(requestFor(open(1, ['a', 'b', 'c'], 0b101n)).appIds).toEqual(['a', 'c']);
});

test('a call is unknown when an attempt had no answer, partial when one of its parts succeeded, failed else; put off it has not ended', () => {
  const call = { ...open(1, ['a', 'b']), next: ended };
  expect(outcome(call, 'succeeded')).toBe('succeeded');
  expect(outcome(call, 'rejected')).toBe('failed');
  expect(outcome({ ...call, unanswered: true }, 'rejected')).toBe('unknown');
  expect(outcome({ ...call, unanswered: true, partial: true }, 'rejected')).toBe('partial');
  expect(outcome({ ...open(1, ['a', 'b'], 0b10n), next: ended }, 'succeeded')).toBe('failed');
  const putOff = { ...call, next: { kind: 'ended', final: false } as const };
  expect(outcome(putOff, 'throttled')).toBeUndefined();
  expect(outcome({ ...putOff, unanswered: true }, 'throttled')).toBe('unknown');
});

test('the record of an attempt names its apps where the call goes out in parts, and every ID of its reply', () => {
  const search = createAppSearch();
  const call = open(7, ['a', 'b', 'c', 'd']);
  const reply = genauth(404, {
    apiCode: 2011,
    requestId: 'r1',
    requestIds: ['r1', 'r2', 'r3'],
    durationMs: 1.26,
  });
  expect(recordOf(call, reply, 'rejected', undefined)).toMatchObject({
    seq: 7,
    apps: undefined,
    open: undefined,
    requestId: 'r1',
    otherRequestIds: ['r2', 'r3'],
    unanswered: false,
    durationMs: 1.3,
  });
  afterPart(call, reply, 'rejected', ended, search, 0);
  expect(recordOf(call, reply, 'rejected', undefined)).toMatchObject({ apps: 'f', open: 'f' });
  afterPart(call, success, 'succeeded', ended, search, 0);
  expect(recordOf(call, success, 'succeeded', 0b11n)).toMatchObject({
    apps: '3',
    open: 'c',
    otherRequestIds: undefined,
  });
});
