import { knownRequestIds, type SeenRequestIds } from '../genauth/seen-request-ids.ts';
import type { AttemptRecord } from './record.ts';

/**
 * Tells a request from all others of the run, in each of its sessions.
 * @param apps the mask of those it names, where the call goes out in parts.
 */
export function requestKey(seq: number, apps: string | undefined): string {
  return apps === undefined ? String(seq) : `${seq}/${apps}`;
}

/** A call's first apps without a gap: perhaps all it has. */
const firstApps = /^[137]?f*$/;

/**
 * What stands further up has hardly an ID that is still known when the last is: a record takes some 300 bytes, and seldom over 1 KiB.
 * Of a journal of ten million, to recall them all took a fifth of the time in which it is read.
 */
const recalledBytes = knownRequestIds * 1024;

/** @returns what makes the last request IDs of former sessions known, told of their attempts in order. */
export function recallRequestIds(seen: SeenRequestIds): (record: AttemptRecord, bytesBehind: number) => void {
  return ({ seq, apps, verdict, statusCode, requestId }, bytesBehind) => {
    // Without a status it was not in GenAuth's form, or was another call's reply: the ID proves nothing.
    if (requestId === undefined || statusCode === undefined || bytesBehind > recalledBytes) return;
    // The refusal for which a call is first parted is recorded with all its apps, and was not sent in parts.
    const isWhole = apps === undefined || (verdict === 'rejected' && firstApps.test(apps));
    seen.isOfAnother(requestId, requestKey(seq, isWhole ? undefined : apps));
  };
}
