import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, onTestFinished, test, vi } from 'vitest';

import { report, run, type Summary } from '../src/index.ts';
import { createJournalIndex } from '../src/journal/journal-index.ts';
import { readJournal } from '../src/journal/read-journal.ts';
import { readRunFile, writeRunFile } from '../src/run-folder/run-file.ts';
import { makeReports } from '../src/workflow/make-reports.ts';
import { reportFiles } from '../src/report/write-reports.ts';
import { openRunPlan, type RunChoices, type RunPlan } from '../src/workflow/stored-run.ts';
import { readCsvFile } from './read-report.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const library = pathToFileURL(path.resolve(import.meta.dirname, '../dist/index.js')).href;

/** Makes a report, and stops itself, as Ctrl-Z does, when the journal is read and the first rows are written. */
const sleepyReport = `
  import { report } from ${JSON.stringify(library)};
  let slept = false;
  const summary = await report(process.argv[1], {
    onEvent(event) {
      if (event.type !== 'reporting' || slept) return;
      slept = true;
      process.kill(process.pid, 'SIGSTOP');
    },
  });
  console.log(JSON.stringify(summary));
`;

function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

test.skipIf(process.platform !== 'linux')(
  'a report that began in the middle of a run and ends after it tells of the whole run',
  async () => {
    const server = await simulator();
    const folder = temporaryFolder();
    const [input, out] = [path.join(folder, 'leavers.csv'), path.join(folder, 'out')];
    writeFileSync(input, ['user_id,app_ids', 'u1,app-1', 'u2,app-1', 'u3,app-1'].join('\n'));
    let said = '';
    let sleeping: ReturnType<typeof spawn> | undefined;
    onTestFinished(() => void sleeping?.kill('SIGKILL'));
    const confirmCanary = async (): Promise<boolean> => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', sleepyReport, out], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      sleeping = child;
      await vi.waitUntil(() => isStopped(child.pid ?? 0), { timeout: 20_000 });
      return true;
    };
    const outcome = await run(input, against(server, { folder: out, guards: { canary: 1 }, confirmCanary }));
    expect(outcome.exitCode).toBe(0);
    sleeping?.kill('SIGCONT');
    expect(await once(sleeping!, 'close')).toEqual([0, null]);

    const inPlace = JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')) as Summary;
    expect(inPlace).toMatchObject({ ended: 'finished', rows: { succeeded: 3 } });
    expect(JSON.parse(said)).toEqual(inPlace);
    expect(readCsvFile(out, 'report.csv').map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
    expect(readCsvFile(out, 'retry.csv')).toEqual([]);
    expect(readdirSync(out).filter((name) => name.endsWith('.partial'))).toEqual([]);
  },
);

test('the journal is read only when whoever comes to an end first can be noticed', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const [input, out] = [path.join(folder, 'leavers.csv'), path.join(folder, 'out')];
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\n');
  await run(input, against(server, { folder: out }));
  const made = await readRunFile<RunChoices, RunPlan>(out);
  const index = createJournalIndex(1);
  const journalFile = path.join(out, 'journal.ndjson');
  let inTheMaking: string[] = [];
  const files = await openRunPlan(out, made);
  await makeReports({ folder: out, run: made, files, writer: 'guest' }, async () => {
    inTheMaking = readdirSync(out).filter((name) => name.endsWith('.partial'));
    await readJournal(journalFile, index);
    return { index, journalFile };
  });
  expect(inTheMaking).toHaveLength(reportFiles.length);
});

test('a run.json that is about another number of rows makes no report', async () => {
  const server = await simulator();
  const folder = temporaryFolder();
  const [input, out] = [path.join(folder, 'leavers.csv'), path.join(folder, 'out')];
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\nu2,app-1\n');
  await run(input, against(server, { folder: out }));
  const before = readFileSync(path.join(out, 'report.csv'), 'utf8');
  const made = await readRunFile<RunChoices, RunPlan>(out);
  for (const rows of [1, 3]) {
    await writeRunFile(out, { ...made, input: { ...made.input, rows } });
    await expect(report(out)).rejects.toMatchObject({
      message: `The plan in ${out} is not the one that run.json is about.`,
      exitCode: 1,
    });
  }
  expect(readFileSync(path.join(out, 'report.csv'), 'utf8')).toBe(before);
  expect(readdirSync(out).filter((name) => name.endsWith('.partial'))).toEqual([]);
});
