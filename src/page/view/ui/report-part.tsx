import type { ReportStep } from '../../state.ts';
import type { ReportData } from '../../report/data.ts';
import type { View } from '../address.ts';
import { useEffect, useState } from '../preact.ts';
import { ReportSections } from '../report-page.tsx';
import { useSpeaker } from '../speaking.ts';
import { unpack } from '../unpack.ts';
import { useAsking } from './asking.ts';
import { dataAt } from './data-at.ts';
import { Refused, TextField, Told, visible } from './told.tsx';

interface Props {
  readonly state: ReportStep;
  readonly view: View;
  readonly onView: (change: Partial<View>) => void;
}

/** The report of a run, what there is to download of it, and how it goes on. */
export function ReportPart({ state, view, onView }: Props) {
  const { say } = useSpeaker();
  const data = useReport(state);
  return (
    <>
      <section aria-labelledby="downloads">
        <h2 id="downloads">{say('report.title', { name: visible(state.run.input) })}</h2>
        {state.stop !== null && (
          <div class="note">
            <p>
              <strong>
                <Told said={state.stop.message} />
              </strong>{' '}
              <Told said={state.stop.hint} />
            </p>
          </div>
        )}
        <Downloads state={state} />
        <GoingOn state={state} />
      </section>
      {data === 'none' && <p>{say('report.none', { folder: state.run.run })}</p>}
      {typeof data === 'object' && <ReportSections data={data} view={view} onView={onView} />}
    </>
  );
}

/** What `report.html` carries, so that the page shows just what the file does. */
function useReport({ run, id }: ReportStep): ReportData | 'none' | undefined {
  const [data, setData] = useState<ReportData | 'none' | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    async function show(): Promise<void> {
      const found = await read(run.run);
      // What is there stays to be read, also once the program was ended.
      if (isWanted) setData((before) => found ?? before ?? 'none');
    }
    void show();
    return () => {
      isWanted = false;
    };
  }, [id]);
  return data;
}

async function read(run: string): Promise<ReportData | undefined> {
  try {
    const response = await fetch(fileOf(run, 'report.html'));
    const packed = /id="data">([^<]*)</.exec(await response.text())?.[1];
    return packed === undefined ? undefined : await unpack(packed);
  } catch {
    return undefined;
  }
}

function fileOf(run: string, file: string): string {
  return dataAt(`/api/runs/${encodeURIComponent(run)}/files/${file}`);
}

function Downloads({ state }: { state: ReportStep }) {
  const { say } = useSpeaker();
  return (
    <p class="more">
      {say('report.downloads')}
      {say('ui.colon')}
      {state.files
        .filter((file) => file !== 'run.log')
        .map((file) => (
          <a key={file} href={fileOf(state.run.run, file)} download>
            {file}
          </a>
        ))}
      <a href={fileOf(state.run.run, 'folder.zip')} download>
        {say('report.folder')}
      </a>
    </p>
  );
}

function GoingOn({ state }: { state: ReportStep }) {
  const { say } = useSpeaker();
  const { ask, refusal } = useAsking();
  const [typed, setTyped] = useState('');
  const { summary, connection, run } = state;
  const rows = summary?.rows;
  const isOpen = summary !== null && summary.ended !== 'finished';
  const hasFailed = rows !== undefined && rows.failed + rows.partial + rows.unknown > 0;
  const isSaid = rows !== undefined && rows.succeeded + rows.partial > 0;
  const users = run.isConfirmed ? {} : { users: typed };
  const verify = (settings: object): void => void ask('POST', '/api/verify', { settings });
  return (
    <>
      {connection === null && <p>{say('report.connect')}</p>}
      {connection !== null && !run.isConfirmed && isOpen && (
        <TextField
          id="users-again"
          label={say('report.type_number')}
          inputMode="numeric"
          value={typed}
          onType={setTyped}
        />
      )}
      <p class="more">
        {connection !== null && isOpen && (
          <button type="button" class="main" onClick={() => void ask('POST', '/api/resume', users)}>
            {say('report.resume')}
          </button>
        )}
        {connection !== null && hasFailed && (
          <button
            type="button"
            onClick={() => void ask('POST', '/api/resume', { ...users, retryFailed: true })}
          >
            {say('report.retry')}
          </button>
        )}
        {connection !== null && isSaid && (
          <>
            <button type="button" onClick={() => verify({})}>
              {say('report.verify')}
            </button>
            <button type="button" onClick={() => verify({ watch: '2h' })}>
              {say('report.watch')}
            </button>
          </>
        )}
        {connection !== null && (summary?.verification?.sessions.survived ?? 0) > 0 && (
          <button type="button" onClick={() => verify({ rekick: true })}>
            {say('report.rekick')}
          </button>
        )}
        <button
          type="button"
          onClick={() => void ask('POST', '/api/step', { step: connection === null ? 'connection' : 'file' })}
        >
          {say('report.another')}
        </button>
      </p>
      <Refused refusal={refusal ?? state.refusal} />
    </>
  );
}
