import type { Connected, FileStep, Upload } from '../../state.ts';
import { useSpeaker } from '../speaking.ts';
import { useAsking } from './asking.ts';
import { RunsPart } from './runs-part.tsx';
import { Bar, Refused, useWords, visible } from './told.tsx';
import { useDrop, useUpload } from './uploading.ts';

/** The file is dropped or chosen. */
export function FilePart({ state }: { state: FileStep }) {
  const { say } = useSpeaker();
  const { ask } = useAsking();
  const { take, onChosen, refusal } = useUpload('/api/file');
  const isOver = useDrop(take);
  return (
    <>
      <ConnectedLine connection={state.connection} />
      <section aria-labelledby="file">
        <h2 id="file">{say('file.title')}</h2>
        <div class={isOver ? 'drop over' : 'drop'}>
          <p>
            <label for="input-file">{say('file.drop')}</label>
          </p>
          <input id="input-file" type="file" accept=".csv,.tsv,.txt,.xlsx,.xlsm" onChange={onChosen} />
        </div>
        <p class="faint">{say('file.stays')}</p>
        <Uploading upload={state.upload} />
        <Refused refusal={refusal ?? state.refusal} />
        <p>
          <button type="button" onClick={() => void ask('POST', '/api/step', { step: 'connection' })}>
            {say('ui.back_connection')}
          </button>
        </p>
      </section>
      <RunsPart folder={state.runsFolder} />
    </>
  );
}

export function ConnectedLine({ connection }: { connection: Connected }) {
  const { say } = useSpeaker();
  const words = useWords();
  return (
    <p class="faint">
      {say('connect.as', { host: connection.host, identity: words(connection.identity ?? '') })}{' '}
      {connection.apps === null ? say('connect.no_apps') : say('connect.apps', { count: connection.apps })}
    </p>
  );
}

export function Uploading({ upload }: { upload: Upload | null }) {
  const { say } = useSpeaker();
  if (upload === null) return null;
  const { name, received, size } = upload;
  const label = say('file.upload', {
    name: visible(name),
    received: megabytes(received),
    size: megabytes(size ?? received),
  });
  return <Bar done={received} total={size ?? received} label={label} />;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
