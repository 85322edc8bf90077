import path from 'node:path';

/**
 * The files of a run; `docs/files.md` says what each holds. Beside them lie the copies that `run.json` names, `input.*` and
 * `protect.*`, and the lock of the process that works on it.
 */
export const runFileNames = {
  run: 'run.json',
  calls: 'calls.csv',
  callIndex: 'calls.idx',
  rows: 'rows.ndjson',
  rowIndex: 'rows.idx',
  apps: 'apps.json',
  users: 'users.ndjson',
  journal: 'journal.ndjson',
  checks: 'checks.ndjson',
  replies: 'replies.ndjson',
  ballast: 'ballast',
  log: 'run.log',
  report: 'report.csv',
  retry: 'retry.csv',
  invalid: 'invalid.csv',
  verification: 'verification.csv',
  summary: 'summary.json',
  page: 'report.html',
} as const;

type RunFiles = Readonly<Record<keyof typeof runFileNames, string>>;

/** Where the files of a run are. */
export function runFiles(folder: string): RunFiles {
  const places = Object.entries(runFileNames).map(([what, name]) => [what, path.join(folder, name)]);
  return Object.fromEntries(places) as RunFiles;
}
