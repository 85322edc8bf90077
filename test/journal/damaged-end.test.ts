import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, onTestFinished, test, vi } from 'vitest';

import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { readJournal } from '../../src/journal/read-journal.ts';
import { encodeRecord, type JournalRecord } from '../../src/journal/record.ts';
import { recoverJournal } from '../../src/journal/recover.ts';
import { genauthOffboard, startGenauthOffboard } from '../command-line.ts';
import { readCsvFile } from '../read-report.ts';
import { credentialsOf, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const session: JournalRecord = { kind: 'session', startedAt: 1, retryFailed: false };
const mark = (upTo: number): JournalRecord => ({ kind: 'mark', from: 1, upTo });
const end: JournalRecord = { kind: 'end', endedAt: 2, reason: 'finished' };
const attempt = (seq: number, verdict: 'succeeded' | 'rejected'): JournalRecord => ({
  kind: 'attempt',
  seq,
  attempt: 1,
  verdict,
  final: true,
  unanswered: false,
  startedAt: 1000,
  durationMs: 5,
});

/** The line with one bit changed in its middle, its line break intact. */
function damaged(line: string): Buffer {
  const bytes = Buffer.from(line);
  const place = Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
}

function journalOf(whole: readonly JournalRecord[], broken: readonly JournalRecord[]): string {
  const file = path.join(temporaryFolder(), 'journal.ndjson');
  writeFileSync(file, whole.map(encodeRecord).join(''));
  for (const record of broken) appendFileSync(file, damaged(encodeRecord(record)));
  return file;
}

const calls = 1000;

async function read(file: string) {
  const index = createJournalIndex(calls);
  const found = await readJournal(file, index);
  const seqs = Array.from({ length: calls }, (_, place) => place + 1);
  const count = (is: (state: ReturnType<typeof index.state>) => boolean): number =>
    seqs.filter((seq) => is(index.state(seq))).length;
  return {
    ...found,
    succeeded: count((state) => state.succeeded),
    failed: count((state) => state.final && !state.succeeded),
    inDoubt: count((state) => state.unanswered),
    sessions: index.totals.sessions,
  };
}

test.each<[string, JournalRecord[], JournalRecord[]]>([
  ['a mark', [session, mark(10), attempt(1, 'succeeded'), attempt(2, 'rejected')], [mark(900)]],
  ['a mark shorter than one for all calls', [session, attempt(2, 'rejected')], [mark(5)]],
  ['an attempt', [session, mark(10), attempt(1, 'succeeded')], [attempt(2, 'rejected')]],
  ['the end of a session', [session, mark(10), attempt(1, 'succeeded'), attempt(2, 'rejected')], [end]],
  ['the begin of a session', [session, mark(10), attempt(1, 'succeeded'), end], [session]],
  [
    'the end of a session and the begin of the next with its mark',
    [session, mark(10), attempt(1, 'succeeded'), attempt(2, 'rejected')],
    [end, session, mark(900)],
  ],
  [
    'the begin of a session and its mark',
    [session, mark(10), attempt(1, 'succeeded'), attempt(2, 'rejected'), end],
    [session, mark(900)],
  ],
])(
  'when %s at the end was damaged, mending forgets nothing that it may have said',
  async (_, whole, broken) => {
    const file = journalOf(whole, broken);
    const before = await read(file);
    const index = createJournalIndex(calls);
    const mended = await recoverJournal(file, index);
    const after = await read(file);
    expect(after).toMatchObject({ end: mended, tornBytes: 0, damagedAt: [] });
    expect(after.succeeded).toBe(before.succeeded);
    expect(after.inDoubt).toBe(before.inDoubt);
    expect(after.failed).toBe(before.failed);
    expect(after.sessions).toBe(index.totals.sessions);
    // The next process appends behind it.
    const journal = await openJournal(file, index, mended);
    journal.append(session);
    await journal.close();
    expect(await read(file)).toMatchObject({ damagedAt: [], tornBytes: 0, inDoubt: before.inDoubt });
  },
);

const cut = (record: JournalRecord): string => encodeRecord(record).slice(0, -1);

test.each<[what: string, line: string, lost: string]>([
  ['one record from within a session', `${cut(attempt(1, 'succeeded'))}~`, 'record'],
  [
    'a record whose line break is damaged, and another behind it',
    `${cut(mark(20))}~${cut(session)}`,
    'session',
  ],
  ['a record that goes on in zeros', `${cut(mark(20)).slice(0, 30)}\0\0\0`, 'session'],
  ['who knows what', 'x', 'session'],
])('damaged lines, one of them %s, tell what may be lost with them', async (_, line, lost) => {
  const file = journalOf([session, mark(10)], []);
  appendFileSync(file, `${line}\n`);
  appendFileSync(file, damaged(encodeRecord(attempt(2, 'rejected'))));
  expect(await read(file)).toMatchObject({ lost });
  await recoverJournal(file, createJournalIndex(calls));
  expect(await read(file)).toMatchObject({ lost: 'nothing', damagedAt: [], tornBytes: 0 });
});

test('a single damaged line at the end is no reason to doubt what had failed, as nothing was written after it', async () => {
  const file = journalOf([session, mark(10), attempt(2, 'rejected')], [end]);
  expect(await read(file)).toMatchObject({ lost: 'record', failed: 1 });
});

test('what is cut off is kept aside, or the journal stays as it is', async () => {
  // The name of what is kept aside would be longer than any file’s may be.
  const file = path.join(temporaryFolder(), 'j'.repeat(250));
  const bytes = `${encodeRecord(session)}{"kind":"att`;
  writeFileSync(file, bytes);
  await expect(recoverJournal(file, createJournalIndex(calls))).rejects.toMatchObject({
    code: 'ENAMETOOLONG',
  });
  expect(readFileSync(file, 'utf8')).toBe(bytes);
});

test.skipIf(process.platform === 'win32')(
  'half of what was to be kept aside is no reason to cut it off, and is not left lying about',
  () => {
    const file = journalOf([session], []);
    appendFileSync(file, `{"kind":"att${'x'.repeat(9000)}`);
    const before = readFileSync(file, 'utf8');
    const modules = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/journal')).href;
    const recover = [
      `import { recoverJournal } from '${modules}/recover.js';`,
      `import { createJournalIndex } from '${modules}/journal-index.js';`,
      `await recoverJournal('${file}', createJournalIndex(1)).catch((error) => console.log(error.code));`,
    ].join('');
    // No file may become longer than 4 KiB.
    const line = `ulimit -f 4; exec "${process.execPath}" --input-type=module -e "$RECOVER"`;
    const { stdout } = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      env: { ...process.env, RECOVER: recover },
    });
    expect(stdout.trim()).toBe('EFBIG');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  },
);

test('a line that is too long for a record is damage where it begins, and what follows it is read', async () => {
  const file = journalOf([session], []);
  const size = statSync(file).size;
  appendFileSync(file, `${'x'.repeat(3_000_000)}\n${encodeRecord(attempt(1, 'succeeded'))}`);
  const { end: whole, damagedAt, tornBytes, succeeded } = await read(file);
  expect({ whole, damagedAt, tornBytes, succeeded }).toEqual({
    whole: statSync(file).size,
    damagedAt: [size],
    tornBytes: 0,
    succeeded: 1,
  });
});

test('of a journal that is whole nothing is kept aside', async () => {
  const file = journalOf([session, mark(10)], []);
  expect(await recoverJournal(file, createJournalIndex(calls))).toBe(statSync(file).size);
  expect(readdirSync(path.dirname(file))).toEqual(['journal.ndjson']);
});

test('a mark that was only half written covered no call that was sent, so nothing is in doubt after it is cut off', async () => {
  const whole = [session, mark(10), attempt(1, 'succeeded')];
  const file = journalOf(whole, []);
  const size = statSync(file).size;
  appendFileSync(file, encodeRecord(mark(900)).slice(0, 20));
  expect(await recoverJournal(file, createJournalIndex(calls))).toBe(size);
  expect(await read(file)).toMatchObject({ end: size, tornBytes: 0, inDoubt: 9 });
});

test('bytes that are cut off twice at one place are kept twice', async () => {
  const file = journalOf([session], []);
  const size = statSync(file).size;
  for (const torn of ['{"kind":"att', '{"kind":"mark","fr', '{']) {
    appendFileSync(file, torn);
    await recoverJournal(file, createJournalIndex(calls));
  }
  const kept = readdirSync(path.dirname(file)).filter((name) => name.includes('.torn-'));
  expect(kept.sort()).toEqual([
    `journal.ndjson.torn-${size}`,
    `journal.ndjson.torn-${size}-2`,
    `journal.ndjson.torn-${size}-3`,
  ]);
  const contents = kept.map((name) => readFileSync(path.join(path.dirname(file), name), 'utf8'));
  expect(contents).toEqual(['{"kind":"att', '{"kind":"mark","fr', '{']);
  expect(kept.map((name) => statSync(path.join(path.dirname(file), name)).mode & 0o777)).toEqual([
    0o600, 0o600, 0o600,
  ]);
});

test('calls sent under a mark that was damaged are unknown, also when the process that mended the journal was killed right after it', async () => {
  // The list of apps is answered, and no call.
  const server = await simulator({ onQuestion: () => server.setFaults({ latencyMs: 60_000 }) });
  const cwd = temporaryFolder();
  const environment = credentialsOf(server);
  const users = Array.from({ length: 90 }, (_, index) => `user-${index},app-1`);
  writeFileSync(path.join(cwd, 'leavers.csv'), ['user_id,app_ids', ...users].join('\n'));
  const args = [
    'run',
    'leavers.csv',
    '--yes',
    '--out',
    'out',
    '--concurrency',
    '90',
    '--timeout',
    '60s',
    '--no-look-up',
  ];
  const running = startGenauthOffboard(args, { cwd, environment });
  onTestFinished(() => void running.kill('SIGKILL'));
  await vi.waitUntil(() => server.log.length === users.length, { timeout: 20_000 });
  running.kill('SIGKILL');
  await once(running, 'close');

  // No call was answered, so the last line is the last mark, and the one before it covers fewer calls.
  const file = path.join(cwd, 'out/journal.ndjson');
  const lines = readFileSync(file, 'utf8').split(/(?<=\n)/);
  const [first, ...marks] = lines.map((line) =>
    /"kind":"(\w+)"(?:,"from":1,"upTo":(\d+))?/.exec(line)?.slice(1),
  );
  expect(first).toEqual(['session', undefined]);
  expect(marks.length).toBeGreaterThan(1);
  expect(marks.at(-1)).toEqual(['mark', '90']);
  writeFileSync(file, Buffer.concat([Buffer.from(lines.slice(0, -1).join('')), damaged(lines.at(-1) ?? '')]));

  await server.close();
  const mending = startGenauthOffboard(['resume', 'out', '--yes'], { cwd, environment });
  onTestFinished(() => void mending.kill('SIGKILL'));
  let said = '';
  mending.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitUntil(() => said.includes('GenAuth cannot be reached'), { timeout: 20_000 });
  mending.kill('SIGKILL');
  await once(mending, 'close');
  expect(readdirSync(path.join(cwd, 'out')).filter((name) => name.includes('.torn-'))).toHaveLength(1);

  await genauthOffboard(['report', 'out'], { cwd });
  const statuses = readCsvFile(path.join(cwd, 'out'), 'report.csv').map(({ status }) => status);
  expect(statuses).toEqual(users.map(() => 'unknown'));
});
