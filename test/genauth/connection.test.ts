import { describe, expect, test } from 'vitest';
import { foreignConnection, type Connection } from '../../src/genauth/connection.ts';
import type { KickUsersClient } from '../../src/genauth/kick-users.ts';
import { createSeenRequestIds } from '../../src/genauth/seen-request-ids.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { judge, mayHaveTakenEffect } from '../../src/genauth/verdict.ts';

const connect = (client: KickUsersClient, timeoutMs: number): Connection =>
  foreignConnection(client, timeoutMs, createSeenRequestIds());
const kick = (connection: Connection, userId: string): Promise<Reply> =>
  connection.kickUsers({ userId, appIds: ['app1'] }, userId);
const never = new Promise<never>(() => undefined);

describe("a client of the caller's own", () => {
  test('that does not answer in time is no longer waited for, and may have done it', async () => {
    const connection = connect({ kickUsers: () => never }, 30);
    const reply = await kick(connection, 'u');
    expect(reply).toMatchObject({ delivery: 'unanswered', errorCode: 'TIMEOUT', genauthForm: false });
    expect(reply.durationMs).toBeGreaterThanOrEqual(29);
    expect(mayHaveTakenEffect(reply, judge(reply))).toBe(true);
  });

  test('whose replies wait while this process is busy loses none of them', async () => {
    const connection = connect(
      { kickUsers: () => new Promise((resolve) => setTimeout(resolve, 20, { statusCode: 200 })) },
      40,
    );
    const pending = kick(connection, 'u');
    const busyUntil = performance.now() + 100;
    while (performance.now() < busyUntil);
    expect(await pending).toMatchObject({ delivery: 'answered', statusCode: 200 });
  });

  test('keeps its credentials itself: another attempt may be authorised', async () => {
    const connection = connect({ kickUsers: () => Promise.resolve({ statusCode: 401 }) }, 60_000);
    expect(await connection.renew(await kick(connection, 'u'))).toBe(true);
  });

  test('is given up with all that is in flight, and called no more', async () => {
    let calls = 0;
    const client = {
      kickUsers: () => {
        calls += 1;
        return never;
      },
    };
    const connection = connect(client, 60_000);
    const inFlight = ['a', 'b', 'c'].map((user) => kick(connection, user));
    await connection.destroy();
    for (const reply of await Promise.all(inFlight)) {
      expect(reply).toMatchObject({ delivery: 'unanswered', errorCode: 'CLIENT_DESTROYED' });
    }
    expect(await kick(connection, 'd')).toMatchObject({ delivery: 'unsent' });
    expect(calls).toBe(3);
  });

  test.each([
    ['a body', { statusCode: 200, requestId: 'r', data: { success: true } }],
    [
      'a Reply',
      {
        delivery: 'answered',
        genauthForm: true,
        statusCode: 200,
        success: true,
        requestId: 'r',
        startedAt: 0,
        durationMs: 1,
      },
    ],
  ])('that gives %s with the request ID of another call has no word on this one', async (_name, value) => {
    const connection = connect({ kickUsers: () => Promise.resolve(value) }, 60_000);
    const verdictOf = async (user: string) => judge(await kick(connection, user));
    expect(await verdictOf('a')).toBe('succeeded');
    expect(await verdictOf('a')).toBe('succeeded');
    const reply = await kick(connection, 'b');
    expect(reply.genauthForm).toBe(false);
    expect(reply.requestId ?? reply.requestIds).toBeUndefined();
    expect(reply.message).toContain('(r)');
    expect(mayHaveTakenEffect(reply, judge(reply))).toBe(true);
  });
});
