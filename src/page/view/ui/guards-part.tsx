import type { SettingName } from '../../settings.ts';
import type { PlanShown, PlanStep } from '../../state.ts';
import { useSpeaker } from '../speaking.ts';
import { useSettings } from './asking.ts';
import { CheckBox, Field, Refused, visible } from './told.tsx';
import { useUpload } from './uploading.ts';

/** What keeps a run from doing harm that nobody meant. */
export function GuardsPart({ state }: { state: PlanStep }) {
  const { say } = useSpeaker();
  const { given, set, ask, refusal } = useSettings(state);
  const upload = useUpload('/api/protect');
  const { settings, protect } = state;
  const plan = state.survey.is === 'ready' ? state.survey.plan : undefined;
  const [list, skipped] = [plan?.protect ?? null, plan?.rows.skipped ?? 0];
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
          <input id="protect" type="file" onChange={upload.onChosen} />
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
      {list !== null && <ProtectedRows rows={list.rows} skipped={skipped} />}
      <Refused refusal={upload.refusal} />
      <div class="choices">
        {numberField('canary', say('plan.canary'))}
        {numberField('stop-after-failures', say('plan.failures'))}
        {numberField('rate', say('plan.rate'))}
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

interface Protected {
  /** The first of them. */
  readonly rows: NonNullable<PlanShown['protect']>['rows'];
  readonly skipped: number;
}

/** Who is left out, so that a list of the wrong people is seen to be one. */
function ProtectedRows({ rows, skipped }: Protected) {
  const { say } = useSpeaker();
  if (rows.length === 0) return <p class="note tone-doubtful">{say('plan.protect_nobody')}</p>;
  return (
    <>
      <p>{say('plan.protect_rows', { count: skipped })}</p>
      <ul class="app-list">
        {rows.map(({ line, userId, userIdType }) => (
          <li key={line}>
            {say('plan.line', { line: String(line) })}
            {say('ui.colon')}
            {userIdType} <code>{visible(userId)}</code>
          </li>
        ))}
      </ul>
      {skipped > rows.length && <p>{say('plan.protect_more', { count: skipped - rows.length })}</p>}
    </>
  );
}
