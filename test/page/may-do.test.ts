import { expect, test } from 'vitest';

import type { CanaryShown, State, Survey } from '../../src/page/state.ts';
import type { Change } from '../../src/page/server/change.ts';
import { mayDo, type Doing } from '../../src/page/server/may-do.ts';
import { firstState, nextState } from '../../src/page/server/next-state.ts';

const atFirst = { version: '1', runsFolder: '/runs', host: 'https://genauth.example', hasKey: false };
const connection = { host: atFirst.host, identity: null, apps: null };
const upload = { name: 'a.csv', received: 0, size: null };

const trying: Change = { is: 'connection', isTrying: true, refusal: null };
const fileWanted: Change = { is: 'file_wanted', connection };
const uploading: Change = { is: 'upload', upload, refusal: null };
const file: Change = { is: 'file', file: { name: 'a.csv', size: 1 }, settings: {} };
const ready: Change = { is: 'survey', survey: { is: 'ready' } as Survey };
const run: Change = { is: 'run', connection, run: null, input: 'a.csv' };
const canary: Change = { is: 'canary', canary: {} as CanaryShown };
const report = (of: typeof connection | null): Change =>
  ({ is: 'report', report: { connection: of } }) as Change;
const look = { is: 'look', connection } as Change;
const making: Change = { is: 'making', run: 'a' };

function after(changes: readonly Change[]): State {
  let state: State = firstState(atFirst);
  for (const change of changes) state = nextState(state, change, atFirst);
  return state;
}

const doings: readonly Doing[] = [
  'POST /api/connection',
  'PUT /api/file',
  'PUT /api/protect',
  'DELETE /api/protect',
  'PATCH /api/settings',
  'POST /api/start',
  'POST /api/canary',
  'POST /api/stop',
  'POST /api/step',
  'POST /api/resume',
  'POST /api/verify',
  'POST /api/runs/:run/report',
];
const elsewhere: readonly Doing[] = ['POST /api/step', 'POST /api/runs/:run/report'];
const change: readonly Doing[] = ['PATCH /api/settings'];
const files: readonly Doing[] = ['PUT /api/file', 'PUT /api/protect', 'DELETE /api/protect'];
const goOn: readonly Doing[] = ['POST /api/resume', 'POST /api/verify'];

const table: readonly (readonly [what: string, changes: readonly Change[], may: readonly Doing[]])[] = [
  ['at first', [], ['POST /api/connection', ...elsewhere]],
  ['while a key is tried', [trying], []],
  ['when a file is wanted', [fileWanted], ['PUT /api/file', ...elsewhere]],
  ['while it arrives', [fileWanted, uploading], []],
  ['while it is read', [fileWanted, file], [...files, ...change, ...elsewhere]],
  ['when it was read', [fileWanted, file, ready], [...files, ...change, 'POST /api/start', ...elsewhere]],
  ['while another one arrives', [fileWanted, file, ready, uploading], change],
  ['while a run works', [run], ['POST /api/stop']],
  ['while it asks', [run, canary], ['POST /api/canary', 'POST /api/stop']],
  ['while it stops', [run, canary, { is: 'stopping' }], ['POST /api/stop']],
  ['when it has ended', [run, report(connection)], [...elsewhere, ...goOn]],
  ['when one is shown without a key', [making, report(null)], elsewhere],
  ['while a report is made', [making], ['POST /api/stop']],
  ['while sessions are looked for', [look], ['POST /api/stop']],
];

test.each(table)(
  '%s just that can be done which has a place there, and at the end only a stop',
  (_, changes, may) => {
    const state = after(changes);
    expect(doings.filter((doing) => mayDo(state, doing))).toEqual(
      doings.filter((doing) => may.includes(doing)),
    );
    const closing = nextState(state, { is: 'closing' }, atFirst);
    const stop = may.filter((doing) => doing === 'POST /api/stop');
    expect(doings.filter((doing) => mayDo(closing, doing))).toEqual(stop);
  },
);

test('what comes too late for a step changes nothing, not even the number of the state', () => {
  const late: readonly Change[] = [
    uploading,
    file,
    ready,
    canary,
    { is: 'stopping' },
    { is: 'run_named', run: 'a' },
  ];
  const state = after([run, report(connection)]);
  for (const each of late)
    expect([each.is, nextState(state, each, atFirst) === state]).toEqual([each.is, true]);
});
