import type { AppNamed, PlanStep } from '../../state.ts';
import { useEffect, useState } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { get, useSettings, useWanted } from './asking.ts';
import { CheckBox, Refused, TextField, visible } from './told.tsx';

/** Apps for rows that name none: a list of names with a search, or IDs where the list cannot be read. */
export function AppsPart({ state }: { state: PlanStep }) {
  const { say } = useSpeaker();
  const { given, patch, refusal } = useSettings(state);
  const apps = { given: given('app-ids'), onTake: (appIds: string) => patch('app-ids', appIds.trim()) };
  return (
    <section aria-labelledby="apps">
      <h2 id="apps">{say('plan.apps')}</h2>
      {state.connection.apps === null ? <TypedApps {...apps} /> : <NamedApps {...apps} />}
      <Refused refusal={refusal} />
    </section>
  );
}

interface Props {
  /** IDs with commas between them, or `all`. */
  readonly given: string;
  readonly onTake: (appIds: string) => Promise<unknown>;
}

function TypedApps({ given, onTake }: Props) {
  const { say } = useSpeaker();
  const [typed, setTyped] = useState(given);
  return (
    <>
      <TextField id="app-ids" label={say('plan.apps_ids')} value={typed} onType={setTyped} />
      <button type="button" onClick={() => void onTake(typed)}>
        {say('plan.apps_take')}
      </button>
    </>
  );
}

/** So many are drawn; the search finds the others. */
const mostDrawn = 100;

function NamedApps({ given, onTake }: Props) {
  const { say } = useSpeaker();
  const [apps, setApps] = useState<readonly AppNamed[]>([]);
  const [search, setSearch] = useState('');
  useEffect(() => {
    void get<readonly AppNamed[]>('/api/apps').then((found) => setApps(found ?? []));
  }, []);
  const { value, change } = useWanted(given, onTake);
  const isAll = value === 'all';
  const idsIn = (list: string): readonly string[] =>
    list === 'all' ? apps.map(({ appId }) => appId) : list.split(',').filter((appId) => appId !== '');
  const chosen = idsIn(value);
  const words = search.toLowerCase();
  const found = apps.filter(({ appId, name }) => `${name}\n${appId}`.toLowerCase().includes(words));
  const toggle = (appId: string): void =>
    change((list) => {
      const ids = idsIn(list);
      return (ids.includes(appId) ? ids.filter((each) => each !== appId) : [...ids, appId]).join(',');
    });
  return (
    <>
      <p role="status">{say('plan.apps_chosen', { count: chosen.length })}</p>
      <TextField
        id="app-search"
        label={say('plan.apps_search')}
        type="search"
        value={search}
        onType={setSearch}
      />
      <CheckBox
        label={say('plan.apps_all')}
        isChecked={isAll}
        onCheck={(isNow) => change(() => (isNow ? 'all' : ''))}
      />
      <ul class="app-list">
        {found.slice(0, mostDrawn).map(({ appId, name }) => (
          <li key={appId}>
            <label>
              <input type="checkbox" checked={chosen.includes(appId)} onChange={() => toggle(appId)} />{' '}
              {visible(name)} <code class="faint">{visible(appId)}</code>
            </label>
          </li>
        ))}
      </ul>
      {found.length > mostDrawn && (
        <p class="faint">{say('row.more_apps', { count: found.length - mostDrawn })}</p>
      )}
    </>
  );
}
