import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { report, run, verify, type OffboardEvent, type VerifySettings } from '../../src/index.ts';
import { sealed } from '../../src/journal/sealed-line.ts';
import { readCsvFile } from '../read-report.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ownServer, type Faults, type Person } from './own-server.ts';

const apps = [1, 2, 3, 4, 5].map((digit) => `65f0aa00000000000000000${digit}`);
const credentials = { accessKeyId: 'a-test-key', accessKeySecret: 'a-test-secret' };
const minuteMs = 60_000;

function personOf(number: number, more: Partial<Person> = {}): Person {
  const userId = `65f0bb${String(number).padStart(18, '0')}`;
  const logins = apps.map((appId) => ({ appId, time: Date.now() - 60 * minuteMs }));
  return { userId, logins, sessions: new Set(apps), ...more };
}

/** Somebody whom no file names, and who stays signed in. */
const bystander = (): Person => personOf(999_999);

/** Whom the file calls what: some by each type of ID. */
function nameOf(person: Person): readonly [userId: string, userIdType: string] {
  if (person.email !== undefined) return [person.email, 'email'];
  if (person.phone !== undefined) return [person.phone, 'phone'];
  if (person.identity !== undefined) return [person.identity, 'identity'];
  return [person.userId, 'user_id'];
}

interface Scene {
  readonly people: readonly Person[];
  readonly others?: readonly Person[];
  readonly faults?: Faults;
  /** Whom the file names, and whom there is not. */
  readonly absent?: readonly Person[];
  readonly appIds?: readonly string[];
  /** Who they are was not asked before the run. */
  readonly isNotLookedUp?: boolean;
}

/** A run that was a minute ago: who signs in now does so after it beyond doubt. */
async function afterRun(scene: Scene) {
  const { people, others = [bystander()], absent = [], faults = {}, appIds = apps } = scene;
  const server = await ownServer([...people, ...others], faults);
  const folder = temporaryFolder();
  const input = path.join(folder, 'leavers.csv');
  const lines = [...people, ...absent].map((person) => `${nameOf(person).join(',')},${appIds.join(';')}`);
  writeFileSync(input, ['user_id,user_id_type,app_ids', ...lines].join('\n'));
  const out = path.join(folder, 'run');
  // Of whom there is not a look-up would say so before the first call.
  const plan = absent.length > 0 || scene.isNotLookedUp === true ? { lookUp: false } : {};
  await run(input, { folder: out, server: { host: server.url }, credentials, plan });
  aMinuteAgo(path.join(out, 'journal.ndjson'));
  return {
    server,
    out,
    check: (options: VerifySettings = {}) =>
      verify(out, { credentials, rekickWaitsMs: [1, 1, 1], ...options }),
  };
}

function aMinuteAgo(file: string): void {
  shift(file, -minuteMs, 'startedAt');
  shift(file, -minuteMs, 'serverTimeMs');
}

/** Of the same length, so that each record is found where it was. */
function shift(file: string, byMs: number, name: 'startedAt' | 'serverTimeMs' | 'at'): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const shifted = lines.map((line) => {
    const { crc: _, ...record } = JSON.parse(line) as Record<string, unknown>;
    const time = record[name];
    const later = typeof time === 'number' ? { ...record, [name]: time + byMs } : record;
    return sealed(JSON.stringify(later).slice(0, -1));
  });
  writeFileSync(file, shifted.join(''));
}

function statesIn(out: string): Map<string, string> {
  return new Map(
    readCsvFile(out, 'verification.csv').map((row) => [
      `${row['user_id']} ${row['app_id']}`,
      row['state'] ?? '',
    ]),
  );
}

test('of 300 users in 5 apps every session is seen as it is, and survivors alone are kicked again', async () => {
  const people = Array.from({ length: 300 }, (_, at): Person => {
    if (at < 10) return personOf(at, { survives: 1, ...(at < 5 ? { email: `s${at}@example.com` } : {}) });
    if (at < 17) return personOf(at, at < 13 ? { phone: `139${String(at).padStart(8, '0')}` } : {});
    if (at < 22) return personOf(at, { email: `gone${at}@example.com`, isDeletedLater: true });
    if (at < 25) return personOf(at, { isUnreadable: true });
    if (at < 30) return personOf(at, { identity: `ext:${at}` });
    return personOf(at, at % 2 === 0 ? { email: `u${at}@example.com` } : {});
  });
  const { server, out, check } = await afterRun({ people, isNotLookedUp: true });
  const back = people.slice(10, 17);
  for (const { sessions, logins } of back) {
    sessions.add(apps[2] ?? '');
    logins.push({ appId: apps[2] ?? '', time: Date.now() });
  }

  const stateOf = (at: number, place: number): string => {
    if (at >= 10 && at < 17) return place === 2 ? 'signed_in_again' : 'gone';
    return at >= 17 && at < 25 ? 'unclear' : 'gone';
  };
  const kicksBefore = server.kicks.length;
  const events: OffboardEvent[] = [];
  const {
    exitCode,
    summary,
    back: named,
  } = await check({ rekick: true, onEvent: (event) => events.push(event) });
  expect(exitCode).toBe(3);
  expect(statesIn(out)).toEqual(
    new Map(
      people.flatMap((person, at) =>
        apps.map((appId, place) => [`${nameOf(person)[0]} ${appId}`, stateOf(at, place)] as const),
      ),
    ),
  );
  expect(events.filter(({ type }) => type === 'kicking_again')).toEqual([
    { type: 'kicking_again', sessions: 50, waitMs: 1 },
  ]);
  expect(kickedIn(server.kicks.slice(kicksBefore))).toEqual(
    kickedIn(people.slice(0, 10).map((person) => ({ ...person, appIds: apps }))),
  );
  expect(named.map(({ appId }) => appId)).toEqual(Array<string | undefined>(7).fill(apps[2]));
  expect(summary.verification?.sessions).toEqual({
    total: 1500,
    survived: 0,
    signed_in_again: 7,
    unclear: 40,
    not_checked: 0,
    gone: 1453,
  });
  expect(summary.rows.succeeded).toBe(300);
  expect(readFileSync(path.join(out, 'checks.ndjson'), 'utf8')).not.toContain('never-to-be-kept');
}, 60_000);

function kickedIn(
  kicks: readonly { readonly userId: string; readonly appIds: readonly string[] }[],
): string[] {
  return kicks.map(({ userId, appIds }) => `${userId} ${appIds.join(';')}`).sort();
}

test('whoever was looked up before the run is looked for and kicked again, also where somebody else has their email by now', async () => {
  const [email, one] = ['e1@example.com', apps.slice(0, 1)];
  const people = [
    personOf(1, { email, survives: 1 }),
    personOf(2, { email: 'e2@example.com' }),
    personOf(3, { phone: '13900000003', isDeletedLater: true }),
  ];
  const { server, out, check } = await afterRun({ people, appIds: one });
  const successor = bystander();
  server.passEmail(email, successor);
  const [questions, kicks] = [server.asked.length, server.kicks.length];
  await check();
  expect(
    readCsvFile(out, 'verification.csv').map((row) => `${row['genauth_user_id']} ${row['state']}`),
  ).toEqual([`${people[0]?.userId} survived`, `${people[1]?.userId} gone`, `${people[2]?.userId} gone`]);
  const { exitCode } = await check({ rekick: true });
  expect(exitCode).toBe(0);
  expect(server.kicks.slice(kicks)).toEqual([{ userId: people[0]?.userId, appIds: one }]);
  const asked = server.asked.slice(questions).map(({ path: name }) => name);
  expect(asked.filter((name) => name.startsWith('get-user') && name !== 'get-user-login-history')).toEqual(
    [],
  );
});

test('whom GenAuth did not know before the run is not called gone, though nobody has a session', async () => {
  const people = [personOf(1), ...[2, 3].map((at) => personOf(at, { isUnknown: true }))];
  const { out, check } = await afterRun({ people, appIds: apps.slice(0, 1) });
  for (const looks of [1, 2]) {
    const { exitCode, summary } = await check();
    expect([exitCode, summary.verification?.looks]).toEqual([3, looks]);
    expect([...statesIn(out).values()]).toEqual(['gone', 'unclear', 'unclear']);
  }
});

test.each([
  [
    'was changed since the run began',
    (file: string) => writeFileSync(file, readFileSync(file, 'utf8').replace('65f0bb', '65f0bc')),
  ],
  ['is missing', rmSync],
])('a list of who the users were that %s is refused before the first question', async (what, damage) => {
  const { server, out, check } = await afterRun({ people: [personOf(1, { email: 'e1@example.com' })] });
  const file = path.join(out, 'users.ndjson');
  damage(file);
  const questions = server.asked.length;
  await expect(check()).rejects.toMatchObject({
    message: `${file} ${what}.`,
    hint: expect.stringContaining('whose sessions the run was to end'),
    exitCode: 1,
  });
  expect(server.asked.length).toBe(questions);
});

test('a row is as bad as the worst of its apps, and one that was not said to succeed claims nothing', async () => {
  const missing = personOf(7);
  const people = [
    personOf(1),
    personOf(2, { survives: 1 }),
    personOf(3),
    personOf(4, { isUnreadable: true }),
  ];
  const server = await afterRun({ people, absent: [missing] });
  const [, , back] = people;
  back?.sessions.add(apps[4] ?? '');
  back?.logins.push({ appId: apps[4] ?? '', time: Date.now() });
  await server.check();
  const rows = readCsvFile(server.out, 'report.csv');
  expect(Object.keys(rows[0] ?? {}).slice(5, 7)).toEqual(['status', 'verified']);
  expect(rows.map((row) => `${row['status']} ${row['verified']}`)).toEqual([
    'succeeded gone',
    'succeeded survived',
    'succeeded signed_in_again',
    'succeeded unclear',
    'failed ',
  ]);
  const made = readFileSync(path.join(server.out, 'verification.csv'));
  await report(server.out);
  expect(readFileSync(path.join(server.out, 'verification.csv'))).toEqual(made);
});

test('a look that does not see who is signed in calls nothing gone', async () => {
  for (const answer of [{ statusCode: 200, data: { active: false } }, { statusCode: 403 }]) {
    const { server, out, check } = await afterRun({
      people: [personOf(1), personOf(2)],
      faults: { check: () => answer },
    });
    const { exitCode, summary } = await check();
    expect(exitCode).not.toBe(0);
    expect(new Set(statesIn(out).values())).toEqual(new Set(['not_checked']));
    expect(summary.verification?.control).toBe('not_seen');
    // Nobody of the run was asked for in vain.
    const checked = server.asked.filter(({ path: name }) => name === 'check-session-status');
    expect(new Set(checked.map(({ asked }) => asked['userId']))).toEqual(new Set([bystander().userId]));
  }
});

test('a control in whose middle the look is stopped leaves the IDs of all replies: of a cache, they prove nothing to the next look', async () => {
  const stop = new AbortController();
  const faults: Faults = {
    logins() {
      stop.abort();
      return { statusCode: 503 };
    },
    requestId: (name) => `id-of-${name}`,
  };
  const { out, check } = await afterRun({ people: [personOf(1)], faults, appIds: apps.slice(0, 1) });
  await check({ stopSignal: stop.signal });
  const control = readFileSync(path.join(out, 'checks.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; requestIds?: string[] })
    .find(({ kind }) => kind === 'control');
  expect(control).toMatchObject({
    active: true,
    hasLogins: false,
    requestIds: ['id-of-list-application-active-users', 'id-of-check-session-status'],
  });
});

test('a look that sees in one app, and in another does not, calls gone what it sees only', async () => {
  const [seen = '', blind = '', empty = ''] = apps;
  const people = [personOf(1), personOf(2, { survives: 1 })];
  const others = [{ ...bystander(), sessions: new Set([seen, blind]) }];
  const faults: Faults = {
    check: ({ appId }) => (appId === blind ? { statusCode: 200, data: { active: false } } : undefined),
  };
  const { server, out, check } = await afterRun({ people, others, faults, appIds: [seen, blind, empty] });
  people[1]?.sessions.delete(empty);
  const { exitCode, summary } = await check({ rekick: true });
  expect(exitCode).toBe(3);
  const [one, survivor] = people.map(({ userId }) => userId);
  expect(statesIn(out)).toEqual(
    new Map([
      [`${one} ${seen}`, 'gone'],
      [`${one} ${blind}`, 'not_checked'],
      [`${one} ${empty}`, 'unclear'],
      [`${survivor} ${seen}`, 'gone'],
      // Listed, and of logins there nothing is known, as nobody was seen whose there must be.
      [`${survivor} ${blind}`, 'unclear'],
      [`${survivor} ${empty}`, 'unclear'],
    ]),
  );
  const { control, unproven, message } = summary.verification ?? {};
  expect(control).toBe('partly');
  expect(unproven).toEqual([
    { appId: blind, control: 'not_seen', sessions: 1 },
    { appId: empty, control: 'nobody', sessions: 2 },
  ]);
  expect(message).toMatch(/^2 of 6 sessions were seen to be gone; .*In some apps nobody/);
  // Only the session that was seen to survive was ended once more.
  expect(server.kicks.slice(2)).toEqual([{ userId: survivor, appIds: [seen] }]);
});

test('where nobody is signed in any more it is not known whether a session would be seen', async () => {
  const { out, check } = await afterRun({ people: [personOf(1)], others: [] });
  const { exitCode, summary } = await check();
  expect(exitCode).toBe(3);
  expect(new Set(statesIn(out).values())).toEqual(new Set(['unclear']));
  expect(summary.verification?.control).toBe('nobody');
  expect(summary.verification?.message).toMatch(/none is called gone/);
});

test('sessions that may not be read are unclear, also where they are the last, and nothing else is left', async () => {
  const people = Array.from({ length: 40 }, (_, at) => personOf(at, at < 10 ? {} : { isUnreadable: true }));
  const { server, out, check } = await afterRun({ people, appIds: apps.slice(0, 1) });
  const events: OffboardEvent[] = [];
  const { exitCode, summary } = await check({ onEvent: (event) => events.push(event) });
  expect([exitCode, summary.verification?.ended]).toEqual([3, 'finished']);
  expect([...statesIn(out).values()]).toEqual(people.map((_, at) => (at < 10 ? 'gone' : 'unclear')));
  expect(events.filter(({ type }) => type === 'server')).toEqual([]);
  const checked = server.asked.filter(({ path: name }) => name === 'check-session-status');
  const refused = checked.filter(({ asked: { userId } }) => userId !== bystander().userId);
  expect(refused).toHaveLength(people.length);
});

test('a key that loses its right to read meanwhile stops the look, and it goes on when that is back', async () => {
  const people = Array.from({ length: 40 }, (_, at) => personOf(at));
  let left = 20;
  const faults: Faults = { check: () => ((left -= 1) < 0 ? { statusCode: 403 } : undefined) };
  const { out, check } = await afterRun({ people, faults, appIds: apps.slice(0, 1) });
  const { exitCode, stop } = await check({ pace: { concurrency: 4, giveUpAfterMs: 1000 } });
  expect([exitCode, stop?.reason]).toEqual([4, 'forbidden']);
  expect(new Set(statesIn(out).values())).toEqual(new Set(['gone', 'not_checked']));
  left = Number.POSITIVE_INFINITY;
  expect((await check()).exitCode).toBe(0);
});

test('a check that is answered with the ID of another request proves nothing', async () => {
  const [one, other] = [personOf(1), personOf(2)];
  const faults: Faults = {
    requestId: (name, { userId }) =>
      ['kick-users', 'check-session-status'].includes(name) && userId === other.userId
        ? `of-the-kick-of-${other.userId}`
        : undefined,
  };
  const { out, check } = await afterRun({ people: [other, one], faults, appIds: apps.slice(0, 1) });
  const { exitCode } = await check({ pace: { retries: 1, giveUpAfterMs: 300 } });
  expect(exitCode).toBe(4);
  expect([...statesIn(out).values()]).toEqual(['not_checked', 'gone']);
});

test.each([
  ['none since the kick', () => [], 'survived'],
  ['one since the kick', () => [Date.now()], 'signed_in_again'],
  ['one before it', () => [Date.now() - 2 * minuteMs], 'survived'],
  ['one in the second of the kick', (kickedAt: number) => [kickedAt + 300], 'unclear'],
  ['one in that second and one since', (kickedAt: number) => [kickedAt + 300, Date.now()], 'signed_in_again'],
])('of a session that is alive: %s', async (_, times, state) => {
  const person = personOf(1, { survives: 1 });
  const { out, check } = await afterRun({ people: [person], appIds: apps.slice(0, 1) });
  const kickedAt = Date.parse(readCsvFile(out, 'report.csv')[0]?.['finished_at'] ?? '') - minuteMs;
  person.logins.push(...times(kickedAt).map((time) => ({ appId: apps[0] ?? '', time })));
  await check();
  expect([...statesIn(out).values()]).toEqual([state]);
});

test("a kick's time is compared on the server's clock, hours from this computer's", async () => {
  const aheadMs = -5 * 60 * minuteMs;
  const people = [personOf(1, { survives: 1 }), personOf(2, { survives: 1 })];
  const { out, check } = await afterRun({ people, faults: { aheadMs }, appIds: apps.slice(0, 1) });
  for (const { logins } of people) for (const login of logins) login.time += aheadMs;
  people[1]?.logins.push({ appId: apps[0] ?? '', time: Date.now() + aheadMs - minuteMs / 2 });
  await check();
  expect([...statesIn(out).values()]).toEqual(['survived', 'signed_in_again']);
});

test.each([4, -4])(
  "a kick's time is that of its own reply, whatever is made of this computer's clock later: %i minutes",
  async (minutes) => {
    const person = personOf(1, { survives: 1 });
    const { out, check } = await afterRun({ people: [person], appIds: apps.slice(0, 1) });
    const journal = path.join(out, 'journal.ndjson');
    shift(journal, minutes * minuteMs, 'startedAt');
    // Half a minute after the kick.
    person.logins.push({ appId: apps[0] ?? '', time: Date.now() - minuteMs / 2 });
    await check();
    expect([...statesIn(out).values()]).toEqual(['signed_in_again']);
  },
);

test.each([
  ['is refused', { statusCode: 403 }],
  ['finds nothing at any time', { statusCode: 200, data: { totalCount: 0, list: [] } }],
])('where the login history %s nobody has survived, and nobody is kicked again', async (_, answer) => {
  const people = [personOf(1, { survives: 1 })];
  const { server, out, check } = await afterRun({ people, faults: { logins: () => answer } });
  const kicks = server.kicks.length;
  await check({ rekick: true });
  expect(new Set(statesIn(out).values())).toEqual(new Set(['unclear']));
  expect(server.kicks.length).toBe(kicks);
});

test('somebody who signs in right after a further kick is not kicked a second time', async () => {
  const person = personOf(1, { survives: 5 });
  const { server, out, check } = await afterRun({ people: [person], appIds: apps.slice(0, 1) });
  const kicks = server.kicks.length;
  await check({
    rekick: true,
    onEvent({ type }) {
      if (type === 'kicking_again') person.logins.push({ appId: apps[0] ?? '', time: Date.now() + 20 });
    },
  });
  expect(server.kicks.length).toBe(kicks + 1);
  // By the second of the kick and of the login nobody can tell which was first.
  expect([...statesIn(out).values()]).toEqual(['unclear']);
});

test('who was seen to survive before a kick that stopped the look is looked for anew, and not kicked for it', async () => {
  const person = personOf(1, { survives: 5 });
  const faults: Faults = {};
  const { server, out, check } = await afterRun({ people: [person], faults, appIds: apps.slice(0, 1) });
  const kicks = server.kicks.length;
  const stop = new AbortController();
  faults.requestId = (asked) => {
    if (asked === 'kick-users') stop.abort();
    return undefined;
  };
  await check({ rekick: true, rekickWaitsMs: [minuteMs], stopSignal: stop.signal });
  const again = server.kicks.length - kicks;
  // Five seconds later somebody has signed in.
  for (const name of ['startedAt', 'serverTimeMs'] as const)
    shift(path.join(out, 'journal.ndjson'), -5000, name);
  shift(path.join(out, 'checks.ndjson'), -5000, 'at');
  person.logins.push({ appId: apps[0] ?? '', time: Date.now() - 1500 });
  await check({ rekick: true });
  expect([again, server.kicks.length - kicks]).toEqual([1, 1]);
  expect([...statesIn(out).values()]).toEqual(['signed_in_again']);
});

test('of more sessions than are to be checked a sample is, and the words say what it proves', async () => {
  const people = Array.from({ length: 40 }, (_, at) => personOf(at));
  const { out, check } = await afterRun({ people });
  const { exitCode, summary } = await check({ maxChecks: 50 });
  expect(exitCode).toBe(3);
  const { sessions, aliveAtMost, message } = summary.verification ?? {};
  expect(sessions).toMatchObject({ total: 200, gone: 50, not_checked: 150 });
  expect(aliveAtMost).toBeCloseTo(1 - 0.05 ** (1 / 50), 10);
  expect(message).toBe('None of 50 is alive: of all 200 sessions at most 5.9 % are, with 95 % sureness.');
  const sample = [...statesIn(out)].filter(([, state]) => state === 'gone');
  await check({ maxChecks: 50 });
  expect([...statesIn(out)].filter(([, state]) => state === 'gone')).toEqual(sample);
});

test('a watch ends when somebody is back, and says who, when and where; nothing where nothing changes', async () => {
  const people = [personOf(1), personOf(2)];
  const { server, check } = await afterRun({ people, appIds: apps.slice(0, 1) });
  const time = Date.now();
  const seen: (number | undefined)[] = [];
  const { exitCode, back } = await check({
    watchMs: minuteMs,
    everyMs: 1,
    onEvent(event) {
      if (event.type === 'seen') seen.push(event.verification.sessions.gone);
      const questions = server.asked.filter(({ path: name }) => name === 'check-session-status');
      if (event.type !== 'looking' || questions.length < 8 || people[1]?.sessions.size !== 4) return;
      people[1].sessions.add(apps[0] ?? '');
      people[1].logins.push({ appId: apps[0] ?? '', time });
    },
  });
  expect(exitCode).toBe(3);
  expect(seen).toEqual([2, 1]);
  const [userId] = nameOf(personOf(2));
  const signedInAt = new Date(time).toISOString();
  expect(back).toEqual([{ userId, userIdType: 'user_id', appId: apps[0], signedInAt }]);
});

test('a watch of which the time is over ends with what was seen last', async () => {
  const { out, check } = await afterRun({ people: [personOf(1)] });
  const { exitCode, summary } = await check({ watchMs: 1, everyMs: 2 });
  expect(exitCode).toBe(0);
  expect(summary.verification?.looks).toBe(1);
  expect(new Set(statesIn(out).values())).toEqual(new Set(['gone']));
});

test('a listing finds who survived, also beyond the sample, and a sample with them claims nothing', async () => {
  const people = Array.from({ length: 40 }, (_, at) => personOf(at, at === 33 ? { survives: 1 } : {}));
  const { server, out, check } = await afterRun({ people });
  const { summary } = await check({ maxChecks: 50 });
  const { sessions, aliveAtMost } = summary.verification ?? {};
  expect([sessions?.survived, aliveAtMost]).toEqual([5, null]);
  expect(readCsvFile(out, 'report.csv').map((row) => row['verified'])[33]).toBe('survived');
  const asked = server.asked.filter(
    ({ path: name, asked: { userId } }) => name === 'check-session-status' && userId === people[33]?.userId,
  );
  // As the control of each app, and for nothing else.
  expect(asked).toHaveLength(apps.length);
  const { exitCode } = await check({ maxChecks: 1000, rekick: true });
  expect(exitCode).toBe(0);
});

test('who is listed in an app of which the sample has nobody has survived there no less surely', async () => {
  const people = Array.from({ length: 40 }, (_, at) => personOf(at, at === 33 ? { survives: 1 } : {}));
  const { server, out, check } = await afterRun({ people });
  await check({ maxChecks: apps.length + 1 });
  const checked = server.asked.filter(({ path: name }) => name === 'check-session-status');
  const sampled = checked.filter(
    ({ asked: { userId } }) => userId !== people[33]?.userId && userId !== bystander().userId,
  );
  expect(new Set(sampled.map(({ asked: { appId } }) => appId)).size).toBeLessThan(apps.length);
  const states = apps.map((appId) => statesIn(out).get(`${people[33]?.userId} ${appId}`));
  expect(states).toEqual(apps.map(() => 'survived'));
});

test('a blind probe does not hide who is listed', async () => {
  const people = [personOf(1), personOf(2, { survives: 1 })];
  const faults: Faults = { check: () => ({ statusCode: 200, data: { active: false } }) };
  const { out, check } = await afterRun({ people, faults });
  await check();
  const rows = readCsvFile(out, 'report.csv');
  // Nothing is known of logins by which to tell either, as nobody was seen whose there must be.
  expect(rows.map((row) => row['verified'])).toEqual(['not_checked', 'unclear']);
});

test('where all pages cost more than to ask for each session, only the first is listed', async () => {
  const others = Array.from({ length: 200 }, (_, at) => personOf(1000 + at));
  const { server, check } = await afterRun({
    people: [1, 2, 3].map((at) => personOf(at)),
    others,
    appIds: apps.slice(0, 1),
  });
  const { exitCode } = await check();
  const listed = server.asked.filter(({ path: name }) => name === 'list-application-active-users');
  const pages = listed.map(
    ({ asked }) => (asked['options'] as { pagination: { page: number } }).pagination.page,
  );
  // For somebody who is signed in, and for how many there are.
  expect([exitCode, pages]).toEqual([0, [1, 1]]);
});

test('a listing that shifts, and leaves out who is there, hides nobody', async () => {
  const people = Array.from({ length: 6 }, (_, at) => personOf(at, at < 3 ? { survives: 1 } : {}));
  const { out, check } = await afterRun({ people, faults: { listing: (list) => list.slice(-2) } });
  await check();
  const states = readCsvFile(out, 'report.csv').map((row) => row['verified']);
  expect(states).toEqual(['survived', 'survived', 'survived', 'gone', 'gone', 'gone']);
});
