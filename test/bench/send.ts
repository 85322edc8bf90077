/** Sends all calls of a file, with the journal or without it, and nothing else: what differs is what the journal costs. */
import path from 'node:path';

import { execute } from '../../src/execute/execute.ts';
import { createClient } from '../../src/genauth/client.ts';
import { prove } from '../../src/files/proven-file.ts';
import { openRows } from '../../src/input/read-rows.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal, type Journal } from '../../src/journal/journal.ts';
import type { Call } from '../../src/plan/call.ts';
import { createPlanner } from '../../src/plan/planner.ts';

const [input = '', folder = '', kind = '', rows = ''] = process.argv.slice(2);
const { GENAUTH_HOST = '', GENAUTH_ACCESS_KEY_ID = '', GENAUTH_ACCESS_KEY_SECRET = '' } = process.env;
const concurrency = 64;

function withoutJournal(): Journal {
  const index = createJournalIndex(Number(rows));
  return {
    append(record) {
      index.add(record, 0);
      return 0;
    },
    cover: () => undefined,
    coverAlone: () => Promise.resolve(),
    markUpTo: () => {},
    failure: undefined,
    index,
    close: () => Promise.resolve(),
  };
}

async function* calls(): AsyncGenerator<readonly Call[]> {
  const { batches } = await openRows(await prove(input), {
    columns: {},
    defaults: { userIdType: 'user_id', appIds: [] },
  });
  let planned: Call[] = [];
  const planner = createPlanner({ onCall: (call) => planned.push(call), onRow: () => {} });
  for await (const batch of batches) {
    for (const row of batch) if (row.valid) planner.add(row);
    yield planned;
    planned = [];
  }
  await planner.end();
  yield planned;
}

const client = createClient({
  host: GENAUTH_HOST,
  accessKeyId: GENAUTH_ACCESS_KEY_ID,
  accessKeySecret: GENAUTH_ACCESS_KEY_SECRET,
  auth: 'token',
  brand: 'authing',
  connections: concurrency,
  timeoutMs: 10_000,
  version: 'bench',
});
const journal =
  kind === 'with'
    ? await openJournal(path.join(folder, 'journal.ndjson'), createJournalIndex(Number(rows)), 0)
    : withoutJournal();
await client.connect();
journal.append({ kind: 'session', startedAt: Date.now(), retryFailed: false });
let succeeded = 0;
await execute({
  calls: calls(),
  kickUsers: client.kickUsers,
  renew: client.renew,
  serverIsKnown: true,
  journal,
  openApps: () => undefined,
  concurrency,
  retries: 8,
  giveUpAfterMs: 60_000,
  onAttempt: ({ verdict }) => {
    if (verdict === 'succeeded') succeeded += 1;
  },
});
await journal.close();
await client.close();
console.log(succeeded);
