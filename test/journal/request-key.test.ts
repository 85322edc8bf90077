import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { createAppSearch } from '../../src/execute/app-search.ts';
import { afterPart, recordOf, keyFor, openCall, partOf, type OpenCall } from '../../src/execute/open-call.ts';
import { recallRequestIds } from '../../src/journal/request-key.ts';
import { disowned, readReply, type Reply } from '../../src/genauth/reply.ts';
import { createSeenRequestIds, type SeenRequestIds } from '../../src/genauth/seen-request-ids.ts';
import { judge } from '../../src/genauth/verdict.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { encodeRecord, type AttemptRecord } from '../../src/journal/record.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const done = { statusCode: 200, requestId: 'r', data: { success: true } };
const noSuchApp = { statusCode: 404, apiCode: 2011, requestId: 'r' };
const headers = { 'x-request-id': 'h' };

function replyOf(body: unknown, errorCode?: string): Reply {
  const delivery = errorCode === undefined ? 'answered' : 'unanswered';
  const common = { delivery, httpStatus: 200, headers, startedAt: 0, durationMs: 1 } as const;
  return readReply({ ...common, body: JSON.stringify(body), errorCode });
}

/** A call with so many apps, of which the first sessions left these open. */
function callOf(seq: number, apps: number, open?: bigint): OpenCall {
  const appIds = Array.from({ length: apps }, (_, place) => `app-${place}`);
  const before = createJournalIndex(seq).state(seq);
  return openCall({ seq, userId: `user-${seq}`, userIdType: 'user_id', appIds }, before, open);
}

/** What is written down when this reply comes. */
function answered(open: OpenCall, reply: Reply): AttemptRecord {
  const verdict = judge(reply);
  const sent = partOf(open);
  const search = createAppSearch(new Set());
  afterPart(open, reply, verdict, { kind: 'ended', final: true }, search, 0);
  return recordOf(open, reply, verdict, sent);
}

/** What is known when the journal has been read. */
async function recalled(...records: AttemptRecord[]): Promise<SeenRequestIds> {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  writeFileSync(file, records.map(encodeRecord).join(''));
  const seen = createSeenRequestIds();
  await readJournal(file, createJournalIndex(9), recallRequestIds(seen));
  return seen;
}

test.each([
  ['done', done],
  ['no such app', noSuchApp],
])(
  "an ID that stands in the journal (%s) is the same call's, and no other's, in the next session",
  async (_name, body) => {
    const seen = await recalled(answered(callOf(1, 4), replyOf(body)));
    expect(seen.isOfAnother('r', keyFor(callOf(2, 4)))).toBe(true);
    expect(seen.isOfAnother('r', keyFor(callOf(1, 4)))).toBe(false);
  },
);

test('an ID that a part of a call got is of no other part, and not of all of it', async () => {
  const part = callOf(1, 4, 0b0011n);
  const seen = await recalled(answered(part, replyOf(done)));
  expect(seen.isOfAnother('r', keyFor(callOf(1, 4, 0b1100n)))).toBe(true);
  expect(seen.isOfAnother('r', keyFor(callOf(1, 4)))).toBe(true);
  expect(seen.isOfAnother('r', keyFor(callOf(1, 4, 0b0011n)))).toBe(false);
});

test.each([
  ["in another call's reply", disowned(replyOf(done))],
  ['in a page', replyOf({ request_id: 'r' })],
  ['in a reply that was cut short', replyOf(done, 'ECONNRESET')],
])('an ID %s tells of nothing in the next session', async (_name, reply) => {
  const seen = await recalled(answered(callOf(1, 1), reply));
  for (const id of ['r', 'h']) expect([id, seen.isOfAnother(id, keyFor(callOf(2, 1)))]).toEqual([id, false]);
});

test('the first call that got an ID has it, however often it comes again', async () => {
  const seen = await recalled(
    answered(callOf(1, 1), replyOf(done)),
    answered(callOf(2, 1), disowned(replyOf(done))),
    answered(callOf(3, 1), replyOf(done)),
  );
  expect([1, 2, 3].map((seq) => seen.isOfAnother('r', keyFor(callOf(seq, 1))))).toEqual([false, true, true]);
});

test('the last 65,536 IDs of former sessions are known, at a KiB for each record', () => {
  const seen = createSeenRequestIds();
  const recall = recallRequestIds(seen);
  const record = answered(callOf(1, 1), replyOf(done));
  for (let left = 70_000; left > 0; left -= 1) recall({ ...record, requestId: `id-${left}` }, left * 1024);
  for (const left of [1, 65_536]) expect(seen.isOfAnother(`id-${left}`, keyFor(callOf(2, 1)))).toBe(true);
});

test('whoever is told of an attempt learns how much of the journal is left', async () => {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  const lines = [1, 2].map((seq) => encodeRecord(answered(callOf(seq, 1), replyOf(done))));
  writeFileSync(file, lines.join(''));
  const left: number[] = [];
  await readJournal(file, createJournalIndex(2), (_record, bytesBehind) => left.push(bytesBehind));
  expect(left).toEqual([lines.join('').length, lines[1]?.length]);
});
