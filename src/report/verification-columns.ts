import type { CallReader } from '../plan/call-file.ts';
import type { PlannedCall } from '../plan/call.ts';
import type { SessionState } from '../verify/session-state.ts';
import { userIdOf } from '../verify/looking.ts';
import type { CheckRecord, Said } from '../verify/record.ts';
import type { Seen } from '../verify/seen.ts';
import type { CsvRecord } from './write-csv.ts';

export const verificationHeader = [
  'lines',
  'user_id',
  'user_id_type',
  'genauth_user_id',
  'app_id',
  'app_name',
  'state',
  'checked_at',
  'request_ids',
  'signed_in_at',
] as const;

/** What the report tells of sessions that were looked for. */
export interface Verified extends Seen {
  /** '' where it is not known. */
  readonly appName: (appId: string) => string;
}

/** A batch for each call with sessions that GenAuth had said to be ended. */
export function* verificationRecords(verified: Verified, calls: CallReader): Generator<CsvRecord[]> {
  const { pairs } = verified;
  for (let seq = 1; seq <= calls.count; seq += 1) {
    const [first, end] = [pairs.first(seq), pairs.first(seq + 1)];
    const records: CsvRecord[] = [];
    let call: PlannedCall | undefined;
    let genauthUserId = '';
    for (let pair = first; pair < end; pair += 1) {
      if (!pairs.isSaid(pair)) continue;
      if (call === undefined) {
        call = calls.readPlanned(seq);
        genauthUserId = userIdOf(verified, call) ?? '';
      }
      records.push(recordOf(verified, call, genauthUserId, pair));
    }
    if (records.length > 0) yield records;
  }
}

function recordOf(verified: Verified, call: PlannedCall, userId: string, pair: number): CsvRecord {
  const { pairs, checks, recordAt, appName } = verified;
  const appId = call.appIds[pair - pairs.first(call.seq)] ?? '';
  const state: SessionState = checks.state(pair);
  const record = at(recordAt, checks.lastRecord(pair));
  const said: Partial<Said> = record ?? {};
  const signedInAt = record?.kind === 'session' ? record.signedInAt : undefined;
  return [
    call.lines.join(';'),
    call.userId,
    call.userIdType,
    userId,
    appId,
    appName(appId),
    state,
    iso(said.at),
    (said.requestIds ?? []).join(';'),
    iso(signedInAt),
  ];
}

function at(
  recordAt: Seen['recordAt'],
  offset: number | undefined,
): Exclude<CheckRecord, { kind: 'look' | 'end' }> | undefined {
  const record = offset === undefined ? undefined : recordAt(offset);
  return record === undefined || record.kind === 'look' || record.kind === 'end' ? undefined : record;
}

function iso(ms: number | undefined): string {
  return ms === undefined ? '' : new Date(ms).toISOString();
}
