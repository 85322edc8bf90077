import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { run, verify, type VerifySettings } from '../../src/index.ts';
import type { Faults } from '../../src/simulator/faults.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { readCsvFile } from '../read-report.ts';
import { against, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** One user of the input. */
interface AskedUser {
  readonly userId: string;
  readonly userIdType: string;
}

/** A run that has ended, whose sessions are looked for; some of them outlived the kick. */
export interface CheckedRun {
  readonly folder: string;
  /** Where a copy of the folder may be made, over and over. */
  readonly copy: string;
  readonly server: Simulator;
  readonly users: readonly AskedUser[];
  readonly appIds: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Looks for the sessions, in this process. */
  look(folder: string, more?: VerifySettings): ReturnType<typeof verify>;
}

const appIds = ['a', 'b', 'c'];

export async function checkedRun(faults: Faults = {}): Promise<CheckedRun> {
  const server = await simulator({ seed: 3, faults: { survivors: 0.2, ...faults } });
  const place = temporaryFolder();
  const users = Array.from({ length: 12 }, (_, at) =>
    at % 3 === 0
      ? { userId: `user-${at}@example.com`, userIdType: 'email' }
      : { userId: `user-${at}`, userIdType: 'user_id' },
  );
  const input = path.join(place, 'leavers.csv');
  const lines = users.map(({ userId, userIdType }) => `${userId},${userIdType},${appIds.join(';')}`);
  writeFileSync(input, ['user_id,user_id_type,app_ids', ...lines, ''].join('\n'));
  const folder = path.join(place, 'run');
  const { credentials, ...others } = against(server);
  await run(input, { ...others, credentials, folder });
  return {
    folder,
    copy: path.join(place, 'copy'),
    server,
    users,
    appIds,
    environment: {
      PATH: process.env['PATH'] ?? '',
      GENAUTH_HOST: server.url,
      GENAUTH_ACCESS_KEY_ID: server.accessKeyId,
      GENAUTH_ACCESS_KEY_SECRET: server.accessKeySecret,
    },
    look: (of, more = {}) =>
      verify(of, { credentials, pace: { concurrency: 4 }, rekickWaitsMs: [1, 1, 1], ...more }),
  };
}

export function checksFileOf(folder: string): string {
  return path.join(folder, 'checks.ndjson');
}

/** Makes a copy of the folder with other checks. */
export function copyWith({ folder, copy }: CheckedRun, checks: Uint8Array): void {
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  writeFileSync(checksFileOf(copy), checks);
}

/** Of a line of the checks what this suite needs; the rest of it is the program's own. */
export interface CheckLine {
  readonly kind: string;
  readonly seq: number;
  readonly place: number;
  readonly answer: string;
  readonly appId: string;
  readonly userId: string;
  readonly reason: string;
}

/** The whole lines that can be read. */
export function checkLines(bytes: Uint8Array): CheckLine[] {
  const lines = Buffer.from(bytes).toString().split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as CheckLine];
    } catch {
      return [];
    }
  });
}

/** Sessions of which a look has had the last word, as `<number of the user from 1> <place of the app>`. */
function lastWords(lines: readonly CheckLine[]): Set<string> {
  const words = new Set<string>();
  for (const { kind, seq, place, answer } of lines) {
    if (kind === 'look') words.clear();
    if (kind === 'session' && answer !== 'active') words.add(`${seq} ${place}`);
  }
  return words;
}

/**
 * Which sessions were asked for again although a look that was not over had answered them.
 * @param before the lines that were there. @param from so many questions the server had had by then.
 */
export function askedAgain(of: CheckedRun, before: readonly CheckLine[], from: number): string[] {
  // The next look asks for all once more.
  const isOver = before.findLast(({ kind }) => kind === 'end' || kind === 'look')?.reason === 'finished';
  if (isOver) return [];
  const known = lastWords(before);
  // Whoever survived is listed, and may be asked for to see whether a session would be.
  const controls = new Set(
    checkLines(readFileSync(checksFileOf(of.copy))).flatMap(({ kind, userId, appId }) =>
      kind === 'control' ? `${userId} ${appId}` : [],
    ),
  );
  const idOf = new Map(genauthIds(of));
  return [...known].filter((word) => {
    const [seq, place] = word.split(' ').map(Number) as [number, number];
    const [userId, appId] = [idOf.get(of.users[seq - 1]!) ?? '', of.appIds[place] ?? ''];
    return !controls.has(`${userId} ${appId}`) && checksOf(of, userId, appId, from).length > 0;
  });
}

function genauthIds({ users, copy }: CheckedRun): [AskedUser, string][] {
  const rows = readCsvFile(copy, 'verification.csv');
  return users.map((user) => [
    user,
    rows.find((row) => row['user_id'] === user.userId)?.['genauth_user_id'] ?? '',
  ]);
}

function checksOf({ server }: CheckedRun, userId: string, appId: string, from = 0) {
  return server.questions.slice(from).filter(({ path: name, asked }) => {
    const given = asked as { userId?: unknown; appId?: unknown };
    return name.endsWith('/check-session-status') && given.userId === userId && given.appId === appId;
  });
}

/**
 * Holds `verification.csv` of a folder against what the server knows.
 * @param isWhole the look has come to its end: each state is known.
 * @returns what is not so.
 */
export function judgeStates(of: CheckedRun, folder: string, isWhole = true): string[] {
  const { users, server } = of;
  const wrong: string[] = [];
  const rows = readCsvFile(folder, 'verification.csv');
  const pairs = users.flatMap((user) => of.appIds.map((appId) => ({ ...user, appId })));
  if (rows.length !== pairs.length) wrong.push(`${rows.length} lines, and ${pairs.length} pairs`);
  for (const { userId, userIdType, appId } of pairs) {
    const found = rows.filter((row) => row['user_id'] === userId && row['app_id'] === appId);
    const [row] = found;
    const say = (text: string): void => void wrong.push(`${userId} ${appId}: ${text}`);
    if (row === undefined || found.length > 1) {
      say(`${found.length} lines`);
      continue;
    }
    const state = row['state'] ?? '';
    const isAlive = server.sessions(userIdType, userId, appId);
    const isOpen = ['not_checked', 'unclear'].includes(state);
    if (isWhole && isOpen) say(state);
    if (state === 'gone' && isAlive) say('gone, and it is alive');
    if (!isOpen && state !== 'gone' && !isAlive) say(`${state}, and it is gone`);
    // Whatever is said to be gone was said so in answer to a check of just this session.
    const given = checksOf(of, row['genauth_user_id'] ?? '', appId).map(({ requestId }) => requestId);
    if (state === 'gone' && !given.includes(row['request_ids'])) say('gone, and no check was answered so');
  }
  return wrong;
}
