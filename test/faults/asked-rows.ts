import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** A row of the input as the suite made it, so that the judge need not read the input the way the program does. */
export interface AskedRow {
  /** Where it stands in the file. */
  readonly line: number;
  readonly userId: string;
  readonly userIdType: string;
  readonly appIds: readonly string[];
}

/**
 * Rows of all sorts: mostly one to three apps, some with 120 (three calls), users and apps that the server does not know, two
 * types of ID, and users with two rows that have an app in common, one after the other or far apart.
 */
export function askedRows(count: number): AskedRow[] {
  return Array.from({ length: count }, (_, index) => {
    const owner = index % 20 === 9 ? index - 1 : index % 12 === 10 ? index - 7 : index;
    const isEmail = owner % 7 === 3;
    const name = `${owner % 40 === 11 ? 'deleted' : 'user'}-${owner}`;
    const count = index % 25 === 6 ? 120 : 1 + (index % 3);
    const appIds = Array.from({ length: count }, (_, place) => `app-${(index + place) % 200}`);
    if (index % 30 === 14) appIds.push(`unknown-app-${index % 4}`);
    return {
      line: index + 2,
      userId: isEmail ? `${name}@example.com` : name,
      userIdType: isEmail ? 'email' : 'user_id',
      appIds,
    };
  });
}

export function writeInput(file: string, rows: readonly AskedRow[]): void {
  const lines = rows.map(
    ({ userId, userIdType, appIds, line }) => `${userId},${userIdType},${appIds.join(';')},line ${line}`,
  );
  writeFileSync(file, ['user_id,user_id_type,app_ids,note', ...lines, ''].join('\n'));
}

/**
 * Which call of the plan an app of a user belongs to, by the rule in `docs/files.md`: the different apps of all rows of a user,
 * 50 a call, in the order of the first rows.
 */
export function callsOf(rows: readonly AskedRow[]): { readonly calls: number; seqOf(of: Asked): number } {
  const appsByUser = new Map<string, Set<string>>();
  for (const { userId, userIdType, appIds } of rows) {
    const user = `${userIdType}\n${userId}`;
    const apps = appsByUser.get(user) ?? new Set();
    for (const appId of appIds) apps.add(appId);
    appsByUser.set(user, apps);
  }
  const seqs = new Map<string, number>();
  let calls = 0;
  for (const [user, apps] of appsByUser) {
    for (const [place, appId] of [...apps].entries()) {
      if (place % 50 === 0) calls += 1;
      seqs.set(`${user}\n${appId}`, calls);
    }
  }
  return {
    calls,
    seqOf: ({ userIdType, userId, appIds }) => seqs.get(keyOf(userIdType, userId, appIds[0] ?? '')) ?? 0,
  };
}

export type Asked = Pick<AskedRow, 'userId' | 'userIdType' | 'appIds'>;

export function keyOf(userIdType: string, userId: string, appId: string): string {
  return `${userIdType}\n${userId}\n${appId}`;
}

/** Numbers from 0 to 1 that a seed gives again. */
export function numbersFrom(seed: string): () => number {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash('sha256').update(`${seed}/${drawn}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}
