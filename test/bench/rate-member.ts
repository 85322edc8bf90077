/** One member of `shared-rate.ts`: `execute` with the shared pacer against its line server, until told to stop. */
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { Pool } from 'pg';

import { execute } from '../../src/execute/execute.ts';
import type { Reply } from '../../src/genauth/reply.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal } from '../../src/journal/journal.ts';
import type { Call } from '../../src/plan/call.ts';
import { openSharedPacer } from '../../src/queue/rate/open-shared-pacer.ts';

const [url = '', port = '', folder = '', key = '', member = '', concurrency = '64', rate] =
  process.argv.slice(2);
const most = 200_000;
const pool = new Pool({ connectionString: url, max: 3 });
pool.on('error', () => {});
let queries = 0;
const { pacer, close } = openSharedPacer({
  async query(text, values) {
    queries += 1;
    return (await pool.query(text, values)).rows as never;
  },
  key,
  member,
  concurrency: Number(concurrency),
  rate: rate === undefined ? undefined : Number(rate),
});

const socket = connect(Number(port), '127.0.0.1');
await once(socket, 'connect');
const waiting = new Map<string, (isAccepted: boolean) => void>();
createInterface({ input: socket }).on('line', (line) => {
  const [number = '', said] = line.split(' ');
  waiting.get(number)?.(said === '1');
  waiting.delete(number);
});
let number = 0;

async function kickUsers(): Promise<Reply> {
  number += 1;
  const own = String(number);
  const [startedAt, from] = [Date.now(), performance.now()];
  socket.write(`${own} ${member}\n`);
  const isAccepted = await new Promise<boolean>((resolve) => waiting.set(own, resolve));
  const code = isAccepted ? { statusCode: 200, success: true } : { statusCode: 429 };
  const durationMs = performance.now() - from;
  return { delivery: 'answered', httpStatus: 200, genauthForm: true, startedAt, durationMs, ...code };
}

async function* calls(): AsyncGenerator<Call[]> {
  for (let seq = 1; seq <= most; seq += 1) {
    yield [{ seq, userId: `user-${seq}`, userIdType: 'user_id', appIds: ['app-1'] }];
  }
}

const journal = await openJournal(path.join(folder, `${member}.ndjson`), createJournalIndex(most), 0);
journal.append({ kind: 'session', startedAt: 0, retryFailed: false });
const stop = new AbortController();
process.once('message', () => stop.abort());
await execute({
  calls: calls(),
  kickUsers,
  journal,
  pacer,
  concurrency: Number(concurrency),
  stopSignal: stop.signal,
  renew: () => Promise.resolve(false),
  openApps: () => undefined,
  serverIsKnown: true,
  retries: 8,
  giveUpAfterMs: 900_000,
});
await journal.close();
await close();
await pool.end();
socket.destroy();
const { user, system } = process.cpuUsage();
process.send?.({ cpuMs: (user + system) / 1000, queries }, () => process.disconnect());
