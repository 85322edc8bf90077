import type { ConnectionStep } from '../../api.ts';
import { useState } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { useAsking } from './asking.ts';
import { RunsPart } from './runs-part.tsx';
import { Field, Refused } from './told.tsx';

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
          <Field id="host" label={say('connect.host')} hint={say('connect.host_hint')}>
            <input
              id="host"
              type="text"
              inputMode="url"
              autocomplete="off"
              spellcheck={false}
              value={host}
              onInput={(event) => setHost(event.currentTarget.value)}
            />
          </Field>
          <Field id="key-id" label={say('connect.id')}>
            <input
              id="key-id"
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={accessKeyId}
              onInput={(event) => setId(event.currentTarget.value)}
            />
          </Field>
          <Field id="key-secret" label={say('connect.secret')}>
            <input
              id="key-secret"
              type="password"
              autocomplete="off"
              value={accessKeySecret}
              onInput={(event) => setSecret(event.currentTarget.value)}
            />
          </Field>
          <p>
            <button type="submit" class="main" disabled={state.isTrying}>
              {say('connect.go')}
            </button>
          </p>
          <div role="status">{state.isTrying && <p>{say('connect.trying')}</p>}</div>
          <Refused refusal={refusal ?? state.refusal} />
        </form>
      </section>
      <RunsPart id={state.id} folder={state.runsFolder} />
    </>
  );
}
