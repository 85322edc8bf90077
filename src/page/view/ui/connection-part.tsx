import type { ConnectionStep } from '../../state.ts';
import { useState } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { useAsking } from './asking.ts';
import { RunsPart } from './runs-part.tsx';
import { Refused, TextField } from './told.tsx';

/** Host and key; tried at once. */
export function ConnectionPart({ state }: { state: ConnectionStep }) {
  const { say } = useSpeaker();
  const { ask, refusal } = useAsking();
  const [host, setHost] = useState(state.host);
  const [accessKeyId, setId] = useState('');
  const [accessKeySecret, setSecret] = useState('');
  return (
    <>
      <section aria-labelledby="connect">
        <h2 id="connect">{say('connect.title')}</h2>
        <p>{say('connect.why')}</p>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void ask('POST', '/api/connection', { host, accessKeyId, accessKeySecret });
          }}
        >
          {state.hasKey && <p class="note">{say('connect.has_key')}</p>}
          <TextField
            id="host"
            label={say('connect.host')}
            hint={say('connect.host_hint')}
            inputMode="url"
            value={host}
            onType={setHost}
          />
          <TextField
            id="key-id"
            label={say('connect.id')}
            hint={say('connect.id_hint')}
            value={accessKeyId}
            onType={setId}
          />
          <TextField
            id="key-secret"
            label={say('connect.secret')}
            hint={say('connect.secret_hint')}
            type="password"
            value={accessKeySecret}
            onType={setSecret}
          />
          <p>
            <button type="submit" class="main" disabled={state.isTrying}>
              {say('connect.go')}
            </button>
          </p>
          <div role="status">{state.isTrying && <p>{say('connect.trying')}</p>}</div>
          <Refused refusal={refusal ?? state.refusal} />
        </form>
      </section>
      <RunsPart folder={state.runsFolder} />
    </>
  );
}
