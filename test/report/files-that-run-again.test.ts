import { mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { check } from '../../src/workflow/check.ts';
import { prove } from '../../src/files/proven-file.ts';
import { createJournalIndex } from '../../src/journal/journal-index.ts';
import { encodeRecord, type AttemptRecord } from '../../src/journal/record.ts';
import { openReplacements } from '../../src/files/replacement.ts';
import { planFlags, planOptions, type PlanOptions } from '../../src/settings/plan-options.ts';
import type { PlannedRow } from '../../src/plan/planned-row.ts';
import { placeOf, seqOf } from '../../src/plan/planner.ts';
import type { Call } from '../../src/plan/call.ts';
import type { Summary } from '../../src/report/summary.ts';
import { reportFiles, writeReports } from '../../src/report/write-reports.ts';
import { retryFlags } from '../../src/workflow/retry-flags.ts';
import { openPlannedRows } from '../../src/survey/survey.ts';
import { buildWorkbook } from '../input/workbook/build-workbook.ts';
import { planned as planRows } from '../plan/planned.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What GenAuth made of a call: nothing yet, or which of its apps are still open. */
type Fate = 'not_sent' | 'succeeded' | 'failed' | { readonly openEvery: number };

/** Each user's apps. */
type Targets = Record<string, readonly string[]>;

function addTo(targets: Map<string, Set<string>>, user: string, appIds: readonly string[]): void {
  const apps = targets.get(user) ?? new Set();
  targets.set(user, apps);
  for (const appId of appIds) apps.add(appId);
}

function plain(targets: ReadonlyMap<string, ReadonlySet<string>>): Targets {
  return Object.fromEntries([...targets].map(([user, apps]) => [user, [...apps].sort()]));
}

function isOpen(fate: Fate, place: number): boolean {
  return typeof fate === 'object' ? place % fate.openEvery === 0 : fate !== 'succeeded';
}

function attemptOf(call: Call, fate: Fate): AttemptRecord | undefined {
  if (fate === 'not_sent') return undefined;
  const open = call.appIds.reduce(
    (mask, _, place) => (isOpen(fate, place) ? mask | (1n << BigInt(place)) : mask),
    0n,
  );
  const isPart = typeof fate === 'object';
  return {
    kind: 'attempt',
    seq: call.seq,
    attempt: 1,
    verdict: fate === 'failed' ? 'rejected' : 'succeeded',
    final: true,
    unanswered: false,
    ...(isPart ? { apps: open.toString(16), open: open.toString(16) } : {}),
    statusCode: 404,
    startedAt: 0,
    durationMs: 1,
  };
}

/** Makes the reports of a run that never was. @returns what they should ask for again. */
async function reports(
  folder: string,
  file: string,
  plan: PlanOptions,
  fateOf: (seq: number) => Fate,
): Promise<{ readonly summary: Summary; readonly expected: Targets }> {
  const { evidence, calls, rows } = await check(file, plan);
  const journal = path.join(folder, 'journal.ndjson');
  const index = createJournalIndex(calls);
  index.add({ kind: 'session', startedAt: 0, retryFailed: false }, 0);
  let lines = '';
  const { columns, batches } = await openPlannedRows(await prove(file), 'input', plan, { evidence });
  const all: PlannedRow[] = [];
  for await (const batch of batches) all.push(...batch);
  const { calls: planned, filed, reader, positions } = await planRows(all);
  for (const call of planned) {
    const record = attemptOf(call, fateOf(call.seq));
    if (record === undefined) continue;
    index.add(record, Buffer.byteLength(lines));
    lines += encodeRecord(record);
  }
  const expected = new Map<string, Set<string>>();
  for (const [place, row] of all.entries()) {
    if (!row.valid) continue;
    const again = row.appIds.filter((_, at) => {
      const position = positions[place]?.[at] ?? 0;
      return isOpen(fateOf(seqOf(position)), placeOf(position));
    });
    if (again.length > 0) addTo(expected, `${row.userIdType} ${row.userId}`, again);
  }
  index.add({ kind: 'end', endedAt: 0, reason: 'finished' }, Buffer.byteLength(lines));
  writeFileSync(journal, lines);
  const files = await openReplacements(folder, reportFiles, 'holder');
  const summary = await writeReports({
    folder,
    files,
    input: { name: 'input', sha256: '' },
    host: undefined,
    rowCount: rows.total,
    columns,
    rows: inBatches(filed),
    callReader: reader,
    index,
    journalFile: journal,
    flags: {
      ofRetry: (retry) => retryFlags(retry, plan.allowDamagedIds, undefined),
      ofInvalid: planFlags(plan),
    },
  });
  if (summary === undefined) throw new Error('somebody else has made reports');
  return { summary, expected: plain(expected) };
}

// eslint-disable-next-line typescript/require-await -- a report reads its rows from a file
async function* inBatches<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield rows;
}

/** As the command line reads flags. */
function planOf(flags: readonly string[]): PlanOptions {
  const read: Record<string, unknown> = {};
  for (let at = 0; at < flags.length; at += 1) {
    const name = (flags[at] ?? '').slice(2);
    const isAlone = flags[at + 1]?.startsWith('--') ?? true;
    if (name === 'allow-damaged-ids' && isAlone) read[name] = true;
    else read[name] = flags[(at += 1)];
  }
  return planOptions(read);
}

async function targetsOf(file: string, plan: PlanOptions): Promise<Targets> {
  const { rows: counts, evidence } = await check(file, plan);
  if (counts.invalid > 0) throw new Error(`${counts.invalid} rows are invalid`);
  const targets = new Map<string, Set<string>>();
  const rows = await openPlannedRows(await prove(file), 'retry', plan, { evidence });
  for await (const batch of rows.batches)
    for (const row of batch) addTo(targets, `${row.userIdType} ${row.userId}`, row.appIds);
  return plain(targets);
}

test('the flags that mean some options are read as these options', () => {
  const flags = fc.record({
    'user-id-column': fc.constantFrom(undefined, 'Work Email', "it's"),
    'user-id-type-column': fc.constantFrom(undefined, 'Type'),
    'app-ids-column': fc.constantFrom(undefined, 'Apps'),
    'user-id-type': fc.constantFrom(undefined, 'phone'),
    'app-ids': fc.constantFrom(undefined, 'a', 'a,b;c'),
    protect: fc.constantFrom(undefined, 'vips.txt'),
    'phone-country': fc.constantFrom(undefined, '86'),
    'allow-damaged-ids': fc.constantFrom(undefined, true, 'nan,tbd'),
  });
  fc.assert(
    fc.property(flags, (given) => {
      const plan = planOptions(given);
      expect(planOf(planFlags(plan))).toEqual(plan);
      const ofTheFile = { ...given, sheet: 'Leavers', encoding: 'gbk', 'skip-invalid': true };
      expect(planFlags(planOptions(ofTheFile))).toEqual(planFlags(plan));
    }),
  );
});

const digits = (length: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: 10 ** length - 1 }).map((number) => String(number).padStart(length, '0'));

const userId = fc.oneof(
  { weight: 6, arbitrary: digits(6) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 999_999 }).map(String) },
  fc.constantFrom(
    ' u1 ',
    'u,2',
    'say "hi"',
    '="00123"',
    "'00123",
    '1.38E+10',
    '=1+1',
    'a@b.example',
    'line\nbreak',
    '１２３',
    '1234567890120000',
    '王 测试',
    'left:right',
    '3-Apr',
    '',
  ),
  fc.constantFrom('+8613800138000', '8613800138001', '008613800138002', '13800138003', '+14155550100'),
);

const appId = fc.oneof(
  digits(3),
  fc.constantFrom('app-1', 'a b', 'a;b', '[x', 'x]', 'a，b', '007', '7', 'app"1', '="1"'),
);

const appsCell = fc.oneof(
  fc.array(appId, { maxLength: 4 }).map((ids) => ids.join(';')),
  fc.array(appId, { maxLength: 60 }).map((ids) => JSON.stringify(ids)),
  fc.array(appId, { maxLength: 3 }).map((ids) => ids.join(' | ')),
  fc.constantFrom('', ';', ' ; ', '[]', '[""]', '[1]', '["a"', '；、'),
);

const table = fc.record({
  rows: fc.array(
    fc.record({
      userId,
      type: fc.constantFrom('', '', '', 'phone', 'email', 'External ID', 'username', 'nonsense'),
      apps: appsCell,
      other: fc.string({ unit: 'grapheme', maxLength: 5 }),
    }),
    { minLength: 1, maxLength: 30 },
  ),
  other: fc.constantFrom(
    'Note',
    'UID',
    'status',
    'x;user_id;app_ids;y',
    'a\tuid\tapps',
    'Email',
    'why_invalid',
    '',
  ),
  fates: fc.array(
    fc.oneof(
      fc.constantFrom<Fate>('not_sent', 'succeeded', 'failed'),
      fc.integer({ min: 2, max: 5 }).map((openEvery): Fate => ({ openEvery })),
    ),
    { minLength: 1, maxLength: 7 },
  ),
  plan: fc
    .record({
      appIds: fc.constantFrom([], ['app-9'], ['app-8', 'a;b']),
      userIdType: fc.constantFrom(undefined, 'phone' as const, 'external_id' as const),
      phoneCountry: fc.constantFrom(undefined, '86'),
      allowDamagedIds: fc.boolean(),
    })
    .map((plan) => ({
      ...plan,
      // Two values in one are let through as damaged only.
      appIds: plan.allowDamagedIds ? plan.appIds : plan.appIds.filter((id) => !id.includes(';')),
    })),
});

type Table = typeof table extends fc.Arbitrary<infer T> ? T : never;

/** Columns that only flags find. */
const columns = { userIdColumn: 'Who', userIdTypeColumn: 'What', appIdsColumn: 'Where' };

function inputOf(folder: string, { rows, other }: Table): { readonly file: string; readonly asText: string } {
  const asText = stringify(
    [['Who', other, 'What', 'Where'], ...rows.map((row) => [row.userId, row.other, row.type, row.apps])],
    { quoted_match: /[\r\n]/ },
  );
  const file = path.join(folder, 'input.csv');
  writeFileSync(file, asText);
  return { file, asText };
}

test('retry.csv, run with the flags that the summary names, means the same users and the apps that are open', async () => {
  const home = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(table, async (given) => {
      const folder = mkdtempSync(path.join(home, 'run-'));
      const plan = { ...planOptions({}), ...given.plan, columns };
      const { file } = inputOf(folder, given);
      const fateOf = (seq: number): Fate => given.fates[seq % given.fates.length] ?? 'failed';
      const { summary, expected } = await reports(folder, file, plan, fateOf);
      const retry = path.join(folder, 'retry.csv');
      const isEmpty = Object.keys(expected).length === 0;
      const again = isEmpty ? {} : await targetsOf(retry, planOf(summary.flags.retry));
      expect(again).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test('what a spreadsheet would run is harmless in report.csv, and as it was in the files that run again', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'input.csv');
  writeFileSync(file, 'user_id,app_ids,Note\nu1,app-1,=1+1\n,app-1,=2+2\n');
  await reports(folder, file, planOptions({}), () => 'failed');
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  expect(read('report.csv')).toMatch(/,'=1\+1\n.*,'=2\+2\n/s);
  expect(read('retry.csv')).toMatch(/,=1\+1\n/);
  expect(read('invalid.csv')).toMatch(/,=2\+2\n/);
});

test('a cell of apps stands in retry.csv as it was where it names just those that are open', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'input.csv');
  writeFileSync(file, 'user_id,app_ids\nu1,app-1 | app-2\nu2,;\n');
  await reports(folder, file, { ...planOptions({}), appIds: ['app-9'] }, () => 'failed');
  expect(readFileSync(path.join(folder, 'retry.csv'), 'utf8')).toBe(
    '\uFEFFuser_id,user_id_type,app_ids\nu1,user_id,app-1 | app-2\nu2,user_id,app-9\n',
  );
});

test('the journal is closed when the reports are made', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'input.csv');
  writeFileSync(file, 'user_id,app_ids\nu1,app-1\n');
  await reports(folder, file, planOptions({}), () => 'failed');
  const open = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  expect(open.filter((each) => each.startsWith(folder))).toEqual([]);
});

test('retry.csv names --allow-damaged-ids where IDs that were right in the whole file look damaged beside each other', async () => {
  const folder = temporaryFolder();
  const padded = Array.from({ length: 15 }, (_, at) => String(at + 1).padStart(6, '0'));
  const short = Array.from({ length: 15 }, (_, at) => String(12_345 + at));
  const file = path.join(folder, 'input.csv');
  writeFileSync(file, ['user_id,app_ids', ...[...padded, ...short].map((id) => `${id},app-1`)].join('\n'));
  const plan = planOptions({});
  const few = await reports(folder, file, plan, (seq) => (seq <= 16 ? 'failed' : 'succeeded'));
  expect(few.summary.flags.retry).toEqual(['--allow-damaged-ids']);
  expect(await targetsOf(path.join(folder, 'retry.csv'), planOf(few.summary.flags.retry))).toEqual(
    few.expected,
  );
  const all = await reports(folder, file, plan, () => 'failed');
  expect(all.summary.flags.retry).toEqual([]);
});

/** The records of `invalid.csv`, its header left out. */
function recordsToMend(folder: string): string[][] {
  return parse(readFileSync(path.join(folder, 'invalid.csv')), {
    bom: true,
    relax_column_count: true,
  }).slice(1);
}

function writeMended(
  folder: string,
  header: readonly string[],
  records: readonly (readonly string[])[],
): string {
  const file = path.join(folder, 'mended.csv');
  writeFileSync(file, stringify([header, ...records]));
  return file;
}

test('invalid.csv holds each invalid row as it was; none of them runs before it is mended, and each does when it is', async () => {
  const home = temporaryFolder();
  await fc.assert(
    fc.asyncProperty(table, async (given) => {
      const folder = mkdtempSync(path.join(home, 'run-'));
      const plan = { ...planOptions({}), ...given.plan, columns };
      const { file, asText } = inputOf(folder, given);
      const { summary } = await reports(folder, file, plan, () => 'succeeded');
      const { invalid } = summary.rows;
      expect(readdirSync(folder).includes('invalid.csv')).toBe(invalid > 0);
      if (invalid === 0) return;
      const again = planOf(summary.flags.invalid);
      expect((await check(path.join(folder, 'invalid.csv'), again)).rows).toMatchObject({
        total: invalid,
        invalid,
      });

      const toMend = recordsToMend(folder);
      const before = new Set(parse(asText).map((cells) => JSON.stringify(cells)));
      for (const [, ...cells] of toMend) expect(before).toContain(JSON.stringify(cells));
      const mended = toMend.map(([why, _who, other], at) => [
        why ?? '',
        `mended-${at}`,
        other ?? '',
        '',
        'app-1',
      ]);
      const mendedFile = writeMended(folder, ['why_invalid', 'Who', given.other, 'What', 'Where'], mended);
      expect(await check(mendedFile, { ...again, userIdType: 'external_id' })).toMatchObject({
        rows: { total: invalid, invalid: 0 },
        users: invalid,
      });
    }),
    { numRuns: 25 },
  );
});

/** Of 20 numbers with zeros in front, one has lost them; one row is hidden; one has a cell too many. */
const damaged = ['user_id,app_ids,Note', ...Array.from({ length: 20 }, (_, at) => `0000${at + 10},app-1,`)];

test('a number that has lost its zeros, alone among those to mend, is invalid until it is changed or its reason is emptied', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'input.csv');
  writeFileSync(file, [...damaged, '1234,app-1,left', '00001,app-1,one,too many'].join('\n'));
  const plan = planOptions({});
  await reports(folder, file, plan, () => 'succeeded');
  const [lost, misfit] = recordsToMend(folder);
  expect(lost?.slice(1)).toEqual(['1234', 'app-1', 'left']);
  expect(lost?.[0]).toMatch(
    /^line 22: user_id: .*lost its leading zeros.* Probably it was "001234"\. \[[0-9a-f]{8}\]$/,
  );
  expect(misfit?.slice(1)).toEqual(['00001', 'app-1', 'one', 'too many']);

  const header = ['why_invalid', 'user_id', 'app_ids', 'Note'];
  const stateOf = async (...cells: string[]): Promise<string> => {
    const { rows, problems } = await check(writeMended(folder, header, [cells]));
    return rows.invalid === 0 ? 'valid' : (problems[0]?.kind ?? '');
  };
  const [why = ''] = lost ?? [];
  expect(await stateOf(why, '1234', 'app-1', 'left')).toBe('unmended');
  expect(await stateOf(` ${why}`, ' 1234 ', 'app-1', 'a note that was changed')).toBe('unmended');
  expect(await stateOf('', '1234', 'app-1', 'left')).toBe('valid');
  expect(await stateOf(why, '001234', 'app-1', 'left')).toBe('valid');
  expect(await stateOf(why, '1234', 'app-2', 'left')).toBe('valid');
});

test('a row that was hidden in its workbook, and a date, are not sent from invalid.csv as they are', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'input.xlsx');
  const rows = [
    ['user_id', 'app_ids'],
    ['hidden-1', 'app-1'],
    [{ v: '46351', formatId: 14 }, 'app-1'],
    ['shown-1', 'app-1'],
  ];
  writeFileSync(file, buildWorkbook({ sheets: [{ name: 'Leavers', rows, hiddenRows: [2] }] }));
  const { summary } = await reports(folder, file, planOptions({}), () => 'succeeded');
  expect(summary.rows).toMatchObject({ total: 3, invalid: 2 });
  const again = await check(path.join(folder, 'invalid.csv'), planOf(summary.flags.invalid));
  expect(again.problems.map(({ kind }) => kind)).toEqual(['unmended', 'date']);
});

test('of a run of invalid.csv itself, what is still to be mended stands in the next one as it stood, and reasons do not pile up', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'input.csv');
  writeFileSync(file, [...damaged, '1234,app-1,left', ',app-1,nobody'].join('\n'));
  const plan = planOptions({});
  await reports(folder, file, plan, () => 'succeeded');
  const first = readFileSync(path.join(folder, 'invalid.csv'), 'utf8');
  const next = path.join(folder, 'next.csv');
  writeFileSync(next, first);
  await reports(folder, next, plan, () => 'succeeded');
  expect(readFileSync(path.join(folder, 'invalid.csv'), 'utf8')).toBe(first);
});
