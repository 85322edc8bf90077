import type { PlanStep, SettingName } from '../../api.ts';
import { useSpeaker } from '../speaking.ts';
import { useSettings } from './asking.ts';
import { CheckBox, Field, Refused, visible } from './told.tsx';

/** What keeps a run from doing harm that nobody meant. */
export function GuardsPart({ state }: { state: PlanStep }) {
  const { say } = useSpeaker();
  const { given, set, ask, send, refusal } = useSettings(state);
  const { settings, protect } = state;
  const list = state.survey.is === 'ready' ? state.survey.plan.protect : null;
  const numberField = (name: SettingName, label: string) => (
    <Field id={name} label={label}>
      <input
        id={name}
        type="text"
        autocomplete="off"
        defaultValue={given(name)}
        onChange={({ currentTarget: { value } }) => set(name, value.trim())}
      />
    </Field>
  );
  return (
    <section aria-labelledby="guards">
      <h2 id="guards">{say('plan.guards')}</h2>
      {protect === null ? (
        <Field id="protect" label={say('plan.protect')}>
          <input
            id="protect"
            type="file"
            onChange={({ currentTarget: { files } }) => {
              const file = files?.[0];
              if (file !== undefined) void send('/api/protect', file);
            }}
          />
        </Field>
      ) : (
        <p>
          {list === null
            ? visible(protect.name)
            : say('plan.protect_given', { name: visible(list.name), ids: list.ids })}{' '}
          <button type="button" onClick={() => void ask('DELETE', '/api/protect')}>
            {say('plan.protect_remove')}
          </button>
        </p>
      )}
      <div class="choices">
        {numberField('canary', say('plan.canary'))}
        {numberField('stop-after-failures', say('plan.failures'))}
      </div>
      <CheckBox
        label={say('plan.look_up')}
        isChecked={settings['look-up'] === true}
        onCheck={(isNow) => set('look-up', isNow)}
      />
      <Refused refusal={refusal} />
    </section>
  );
}
