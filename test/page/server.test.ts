import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';
import yauzl from 'yauzl';

import type { Problem } from '../../src/input/row.ts';
import type { PlanStep, ReportStep, RunListed, Sample, State } from '../../src/page/state.ts';
import { readCsvFile } from '../read-report.ts';
import { credentialsOf, simulator } from '../start-simulator.ts';
import { isStep, leavers, openPage, refusalIn, runsIn, surveyed, toPlan, type Tab } from './open-page.ts';

const app = '66a1bb000000000000000001';
const isCalling = (state: State): boolean => state.step === 'run' && (state.calls?.succeeded ?? 0) > 0;

function planIn({ survey }: PlanStep) {
  if (survey.is !== 'ready') throw new Error(JSON.stringify(survey));
  return survey.plan;
}

async function change(tab: Tab, settings: object): Promise<PlanStep> {
  return surveyed(tab, await tab.send('PATCH', '/api/settings', settings));
}

test('the whole way: key, file, plan, the number of users, run, report, downloads', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  const ready = await toPlan(tab, server, leavers(20));
  expect(ready).toMatchObject({
    connection: { host: server.url, identity: expect.stringMatching(/^user pool /) },
    file: { name: 'leavers.csv' },
    beginning: { header: ['external_id', 'app_ids'], records: { length: 5 } },
    survey: { plan: { users: 20, calls: 20 }, refusal: null },
  });
  const refused = await tab.send('POST', '/api/start', { users: '19' });
  expect([refused.status, refused.json()]).toMatchObject([
    422,
    { message: 'Not confirmed: nothing was sent.' },
  ]);
  expect((await tab.send('POST', '/api/start', { users: '20' })).json().step).toBe('run');
  const report: ReportStep = await tab.until(isStep('report'));
  expect(report).toMatchObject({
    summary: { rows: { total: 20, succeeded: 20 } },
    stop: null,
    refusal: null,
    // Nothing is to be run again, or to be mended.
    files: ['report.html', 'report.csv', 'summary.json', 'run.log'],
  });
  const folder = path.join(page.runsFolder, report.run.run);
  expect(readCsvFile(folder, 'report.csv')).toHaveLength(20);
  const files = `/api/runs/${encodeURIComponent(report.run.run)}/files`;
  const download = await tab.get(`${files}/report.csv`);
  expect(download.bytes).toEqual(readFileSync(path.join(folder, 'report.csv')));
  expect(download.headers['content-disposition']).toMatch(/^attachment; filename="offboard-.*-report\.csv"/);
  expect((await tab.get(`${files}/input.csv`)).status).toBe(404);
  // As while somebody works on it.
  for (const name of ['lock.1', 'ballast']) writeFileSync(path.join(folder, name), 'x');
  const zip = await filesInZip((await tab.get(`${files}/folder.zip`)).bytes);
  const names = readdirSync(folder).filter((name) => name !== 'lock.1' && name !== 'ballast');
  expect([...zip.keys()].sort()).toEqual(names.map((name) => `${report.run.run}/${name}`).sort());
  expect(zip.get(`${report.run.run}/journal.ndjson`)).toEqual(
    readFileSync(path.join(folder, 'journal.ndjson')),
  );
});

async function filesInZip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const zip = await yauzl.fromBufferPromise(bytes);
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    found.set(entry.fileName, Buffer.concat(chunks));
  }
  return found;
}

test('two tabs see one job: of two that press Start one is told that the other was faster, and one run begins', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  const other = tab.another();
  await toPlan(tab, server, leavers(10));
  await other.until((state) => state.step === 'plan' && state.survey.is === 'ready');
  const start = (each: Tab) => each.send('POST', '/api/start', { users: '10' });
  const answers = await Promise.all([start(tab), start(other)]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  const [one, two] = await Promise.all([tab.until(isStep('report')), other.until(isStep('report'))]);
  expect(one).toEqual(two);
  expect((await tab.get('/api/runs')).json()).toHaveLength(1);
  expect(server.log).toHaveLength(10);
});

test('a page that is loaded again is where it was, in each step', async () => {
  const server = await simulator({ faults: { latencyMs: 30, rate: { kind: 'bucket', perSecond: 40 } } });
  const page = await openPage();
  const tab = await page.tab();
  const expectSame = async (state: State): Promise<void> => {
    const again = await tab.reload();
    expect(again.state).toEqual(state);
  };
  await expectSame(await tab.until(isStep('connection')));
  const plan = await toPlan(tab, server, leavers(60));
  await expectSame(plan);
  await change(tab, { canary: '2', 'skip-invalid': true, rate: '40' });
  await tab.send('POST', '/api/start', { users: '60' });
  const question = await tab.until((state) => state.step === 'run' && state.canary !== null);
  expect(question).toMatchObject({ canary: { users: 2, rows: { total: 2 }, callsLeft: 58 } });
  expect((await tab.reload()).state).toMatchObject({ phase: 'canary', canary: { users: 2 } });
  await tab.send('POST', '/api/canary', { goOn: true });
  await tab.until(isCalling);
  await tab.until((state) => state.step === 'run' && (state.calls?.succeeded ?? 0) > 40);
  const { state, samples } = await tab.reload();
  expect(state).toMatchObject({ step: 'run', phase: 'calling', calls: { total: 60 } });
  expect((samples as readonly Sample[]).length).toBeGreaterThan(0);
  await expectSame(await tab.until(isStep('report')));
});

test('a run that was stopped on the page is listed by another one, and goes on there', async () => {
  const server = await simulator({ faults: { rate: { kind: 'bucket', perSecond: 60 } } });
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, server, leavers(100));
  await change(tab, { rate: '60' });
  await tab.send('POST', '/api/start', { users: '100' });
  await tab.until(isCalling);
  await tab.send('POST', '/api/stop', {});
  const stopped = await tab.until(isStep('report'));
  expect(stopped).toMatchObject({ stop: { reason: 'interrupted' }, run: { ended: 'interrupted' } });
  page.stop();
  expect(await page.ended).toBe(130);
  expect(page.printed()).toMatch(/Go on with: genauth-offboard resume \S+\n$/);
  const later = await openPage({ runsFolder: page.runsFolder, environment: credentialsOf(server) });
  const again = await later.tab();
  const [run] = JSON.parse((await again.get('/api/runs')).text) as RunListed[];
  expect(run).toMatchObject({ run: stopped.run.run, ended: 'interrupted', isGoing: false, users: 100 });
  // Without a connection it can be looked at, and no more.
  const place = `/api/runs/${encodeURIComponent(stopped.run.run)}/report`;
  await again.send('POST', place, {});
  expect(await again.until(isStep('report'))).toMatchObject({
    connection: null,
    summary: { ended: 'interrupted' },
  });
  expect((await again.send('POST', '/api/resume', {})).status).toBe(409);
  await again.send('POST', '/api/step', { step: 'connection' });
  await again.send('POST', '/api/connection', { host: '', accessKeyId: '', accessKeySecret: '' });
  await again.until(isStep('file'));
  await again.send('POST', place, {});
  await again.until(isStep('report'));
  await again.send('POST', '/api/resume', { settings: { rate: '1000' } });
  await again.until(isStep('run'));
  const ended = await again.until(isStep('report'));
  expect(ended).toMatchObject({ stop: null, summary: { rows: { succeeded: 100, total: 100 } } });
  expect(new Set(server.log.filter(({ kicked }) => kicked).map(({ userId }) => userId)).size).toBe(100);
});

test('a run that could not begin asks for the number of users; what failed is tried again where that is wished', async () => {
  const first = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, first, leavers(20));
  await change(tab, { 'no-look-up': true, 'give-up-after': '1s' });
  await first.close();
  await tab.send('POST', '/api/start', { users: '20' });
  expect(await tab.until(isStep('report'))).toMatchObject({ run: { isConfirmed: false } });
  const server = await simulator({ port: first.port, faults: { missing: 0.5 } });
  const refused = await tab.send('POST', '/api/resume', {});
  expect([refused.status, refusalIn(refused).message]).toEqual([422, 'Not confirmed: nothing was sent.']);
  const resumed = async (given: object): Promise<ReportStep> => {
    const { id, step } = (await tab.send('POST', '/api/resume', given)).json();
    expect(step).toBe('run');
    return tab.until((state): state is ReportStep => state.id > id && state.step === 'report');
  };
  const { run, summary, files } = await resumed({ users: '20' });
  expect([run.isConfirmed, (summary?.rows.failed ?? 0) > 0]).toEqual([true, true]);
  expect(files).toContain('retry.csv');
  server.setFaults({});
  const last = await resumed({ retryFailed: true });
  expect([last.summary?.rows.succeeded, last.files.includes('retry.csv')]).toEqual([20, false]);
});

test('Ctrl-C in the terminal is Stop on the page: what is in flight ends, and the page is told', async () => {
  const server = await simulator({ faults: { rate: { kind: 'bucket', perSecond: 30, burst: 1 } } });
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, server, leavers(100));
  await change(tab, { rate: '30' });
  await tab.send('POST', '/api/start', { users: '100' });
  await tab.until(isCalling);
  page.stop();
  expect(await page.ended).toBe(130);
  const report = await tab.until(isStep('report'));
  expect(report).toMatchObject({ isClosing: true, stop: { reason: 'interrupted' } });
});

test('a second stop waits neither for what is in flight nor for reports', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, server, leavers(3));
  await change(tab, { 'no-look-up': true });
  server.setFaults({ latencyMs: 1500 });
  await tab.send('POST', '/api/start', { users: '3' });
  await tab.until((state) => state.step === 'run' && state.phase === 'calling' && state.calls !== null);
  await tab.send('POST', '/api/stop', {});
  await tab.send('POST', '/api/stop', { now: true });
  expect(await tab.until(isStep('report'))).toMatchObject({ summary: null, run: { ended: null } });
});

test('Ctrl-C while a run is still made ready sends nothing, and leaves neither run nor file', async () => {
  const server = await simulator({ faults: { latencyMs: 200 } });
  const page = await openPage();
  const tab = await page.tab();
  const name = `${randomUUID()}.csv`;
  await toPlan(tab, server, leavers(3), name);
  await tab.send('POST', '/api/start', { users: '3' });
  page.stop();
  expect(await page.ended).toBe(0);
  expect(readdirSync(page.runsFolder)).toEqual([]);
  expect(server.log).toEqual([]);
});

test('where GenAuth knows other users by the time of the start than on the page, nothing is sent, be they as many', async () => {
  const userOf = (at: number) => ({
    userId: `65f0bb${String(at).padStart(18, '0')}`,
    externalId: `user-${at}`,
  });
  const users = Array.from({ length: 20 }, (_, at) => userOf(at + 1));
  const apps = [{ appId: app, appName: 'Jira' }];
  const first = await simulator({ directory: { apps, users: users.slice(1) } });
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, first, leavers(20));
  expect(planIn(await change(tab, { 'skip-invalid': true }))).toMatchObject({ users: 19 });
  await first.close();
  const later = await simulator({ port: first.port, directory: { apps, users: users.slice(0, -1) } });
  expect((await tab.send('POST', '/api/start', { users: '19' })).json().step).toBe('run');
  const isOver = (state: State): boolean => state.step === 'plan' && state.refusal !== null;
  expect(await tab.until(isOver)).toMatchObject({
    refusal: { message: expect.stringMatching(/^The plan is not the one any more/) },
  });
  expect(runsIn(page.runsFolder)).toEqual([]);
  expect(later.log).toEqual([]);
});

test('who stops while the first users are asked about has said no: none of the others is signed out', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, server, leavers(5));
  await change(tab, { canary: '2' });
  await tab.send('POST', '/api/start', { users: '5' });
  await tab.until((state) => state.step === 'run' && state.canary !== null);
  await tab.send('POST', '/api/stop', {});
  expect(await tab.until(isStep('report'))).toMatchObject({ summary: { rows: { succeeded: 2, total: 5 } } });
  expect(server.log).toHaveLength(2);
});

test('what was found of a file can be changed: columns, type, encoding, apps by name', async () => {
  const server = await simulator({ apps: [`Jira=${app}`, 'Wiki=66a1bb000000000000000002'] });
  const page = await openPage();
  const tab = await page.tab();
  const odd = Buffer.from('Nummer,Werkzeug\nHR-0001,Jira\nHR-0002,Jira\n');
  const unclear = await toPlan(tab, server, odd);
  expect(unclear).toMatchObject({ beginning: { header: ['Nummer', 'Werkzeug'] }, survey: { is: 'refused' } });
  const chosen = { 'user-id-column': 'Nummer', 'user-id-type': 'external_id', 'app-ids-column': 'Werkzeug' };
  const plan = planIn(await change(tab, chosen));
  expect(plan).toMatchObject({
    users: 2,
    firstRows: [{ userIdType: 'external_id' }, { userIdType: 'external_id' }],
    usersByApp: [{ appId: app, name: 'Jira', users: 2 }],
  });
  const both = planIn(await change(tab, { 'app-ids-column': null, 'app-ids': 'Jira,wiki' }));
  expect(both.usersByApp).toHaveLength(2);
  expect((await tab.get('/api/apps')).json()).toHaveLength(2);
  const apart = Buffer.from('external_id|app_ids;external_id|x\nu-1|Jira;u-2|y\n');
  await surveyed(tab, await tab.send('PUT', '/api/file?name=apart.csv', apart));
  const semicolon = await change(tab, {
    delimiter: 'semicolon',
    'app-ids': 'Jira',
    'user-id-column': 'app_ids',
  });
  expect(semicolon).toMatchObject({ beginning: { format: { delimiter: ';' } } });
  const pipe = await change(tab, { delimiter: 'pipe', 'app-ids': null, 'user-id-column': null });
  expect(pipe).toMatchObject({ beginning: { format: { delimiter: '|' }, header: { length: 3 } } });
  // The same words in the encoding of a Chinese Excel.
  const gbk = Buffer.from('用户名,应用\nzhang.san,Jira\n');
  const inGbk = Buffer.concat([Buffer.from('d3c3bba7c3fb2cd3a6d3c3', 'hex'), gbk.subarray(16)]);
  const found = await surveyed(tab, await tab.send('PUT', '/api/file?name=gbk.csv', inGbk));
  expect(found).toMatchObject({ beginning: { format: { encoding: 'gb18030' }, header: ['用户名', '应用'] } });
  expect(planIn(found).users).toBe(1);
});

test('how long it takes follows from the ceiling that is set, and is not told where nobody knows', async () => {
  const page = await openPage();
  const tab = await page.tab();
  const plan = await toPlan(tab, await simulator(), leavers(20));
  expect(plan.survey).toMatchObject({ duration: null });
  expect((await change(tab, { rate: '10' })).survey).toMatchObject({ duration: 2 });
  expect((await change(tab, { 'phone-country': '86' })).survey).toMatchObject({ duration: 2 });
  expect((await change(tab, { rate: null })).survey).toMatchObject({ duration: null });
});

test('invalid rows are shown page by page and can be had in a table, repairs in a copy', async () => {
  const page = await openPage();
  const tab = await page.tab();
  const rows = Array.from({ length: 250 }, (_, at) => `${at % 2 === 0 ? `u-${at}` : 'N/A'},${app}`);
  const file = Buffer.from(`external_id,app_ids\n${rows.join('\n')}\n`);
  const ready = await toPlan(tab, await simulator(), file);
  expect(planIn(ready)).toMatchObject({ rows: { invalid: 125 }, problemGroups: [{ count: 125 }] });
  const all: Problem[] = [];
  for (let from = 0; from < 125; from += 50) {
    const got = JSON.parse((await tab.get(`/api/problems?from=${from}&count=50`)).text) as {
      problems: Problem[];
    };
    all.push(...got.problems);
  }
  expect(all.map(({ line }) => line)).toEqual(Array.from({ length: 125 }, (_, at) => 3 + 2 * at));
  const table = await tab.get('/api/problems.csv');
  expect(table.text.trim().split('\n')).toHaveLength(126);
  expect((await tab.get('/api/repaired.csv')).text).toContain('u-0');
  expect((await tab.send('POST', '/api/start', { users: '125' })).status).toBe(422);
  expect(ready.survey).toMatchObject({ refusal: { ways: [{ 'skip-invalid': true }] } });
  expect((await change(tab, { 'skip-invalid': true })).survey).toMatchObject({ is: 'ready', refusal: null });
});

test('protected people are left out as long as their list is there', async () => {
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, await simulator(), leavers(5));
  const list = Buffer.from('user-2,external_id\n');
  const kept = await surveyed(tab, await tab.send('PUT', '/api/protect?name=admins.txt', list));
  expect(kept).toMatchObject({ protect: { name: 'admins.txt' }, survey: { plan: { users: 4 } } });
  expect(planIn(kept).protect?.rows).toMatchObject([{ line: 3, userId: 'user-2' }]);
  const another = await surveyed(tab, await tab.send('PUT', '/api/file?name=more.csv', leavers(6)));
  expect(planIn(another)).toMatchObject({ users: 5, rows: { skipped: 1 } });
  expect(planIn(await surveyed(tab, await tab.send('DELETE', '/api/protect'))).users).toBe(6);
});

test('afterwards the page looks for the sessions, and watches until it is stopped', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, server, leavers(10));
  await tab.send('POST', '/api/start', { users: '10' });
  await tab.until(isStep('report'));
  const wrong = await tab.send('POST', '/api/verify', { settings: { every: '1m' } });
  expect([wrong.status, refusalIn(wrong).message]).toMatchObject([
    422,
    expect.stringMatching(/^--every says/),
  ]);
  await tab.send('POST', '/api/verify', { settings: { watch: '1h', every: '10m' } });
  const waiting = await tab.until((state) => state.step === 'look' && state.phase === 'waiting');
  expect(waiting).toMatchObject({ checks: { done: expect.any(Number) }, seen: { sessions: { total: 10 } } });
  await tab.send('POST', '/api/stop', {});
  const seen = await tab.until(isStep('report'));
  expect(seen.summary?.verification).toMatchObject({ sessions: { total: 10 } });
  expect(seen.files).toContain('verification.csv');
});

test('runs that are damaged or no runs are told apart', async () => {
  const page = await openPage();
  const tab = await page.tab();
  mkdirSync(path.join(page.runsFolder, 'damaged'));
  writeFileSync(path.join(page.runsFolder, 'damaged', 'run.json'), '{"format":2,"version":"1","x":1}');
  mkdirSync(path.join(page.runsFolder, 'other'));
  const runs = JSON.parse((await tab.get('/api/runs')).text) as RunListed[];
  expect(runs).toMatchObject([
    { run: 'damaged', damage: { message: expect.stringContaining('was changed') } },
  ]);
});
