import { chosenSessions, type Looking } from './looking.ts';

/** Somebody who has signed in again. */
export interface Back {
  readonly userId: string;
  readonly userIdType: string;
  readonly appId: string;
  /** ISO 8601, on GenAuth's clock. */
  readonly signedInAt: string;
}

/** @param most so many are named, in the order of the plan. */
export function whoIsBack(looking: Looking, most: number): Back[] {
  const { checks, recordAt } = looking;
  const back: Back[] = [];
  for (const session of chosenSessions(looking, (pair) => checks.answer(pair) === 'signed_in_again')) {
    if (back.length === most) break;
    const { pair, call, place } = session;
    const at = checks.lastRecord(pair);
    const record = at === undefined ? undefined : recordAt(at);
    if (record?.kind !== 'session' || record.signedInAt === undefined) continue;
    const { userId, userIdType } = call;
    const signedInAt = new Date(record.signedInAt).toISOString();
    back.push({ userId, userIdType, appId: call.appIds[place] ?? '', signedInAt });
  }
  return back;
}
