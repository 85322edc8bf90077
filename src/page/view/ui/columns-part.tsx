import { userIdTypes, type UserIdType } from '../../../input/words/user-id-type.ts';
import type { SettingName } from '../../settings.ts';
import type { Beginning, PlanStep } from '../../state.ts';
import { useSpeaker } from '../speaking.ts';
import { useSettings } from './asking.ts';
import { CheckBox, Field, Refused, visible } from './told.tsx';

/** What was found of the file, each to be changed in place. */
export function ColumnsPart({ state }: { state: PlanStep }) {
  const { say } = useSpeaker();
  const { given, set, refusal } = useSettings(state);
  const { beginning, survey } = state;
  const columns = survey.is === 'ready' ? survey.plan.columns : undefined;
  const pick = (
    name: SettingName,
    label: string,
    options: readonly string[],
    found?: string | null,
    nameOf = shown,
  ) => (
    <Choice
      key={name}
      id={name}
      label={label}
      options={options}
      value={given(name)}
      found={found}
      nameOf={nameOf}
      onChoose={(value) => set(name, value)}
    />
  );
  const header = beginning?.header ?? [];
  const format = beginning?.format;
  return (
    <>
      <div class="choices">
        {pick('user-id-column', say('plan.user_column'), header, columns?.userId)}
        {pick('user-id-type-column', say('plan.type_column'), header, columns?.userIdType)}
        {pick(
          'user-id-type',
          say('plan.type'),
          userIdTypes,
          columns?.defaultUserIdType,
          (type) => `${type} (${say(`type.${type as UserIdType}`)})`,
        )}
        {pick('app-ids-column', say('plan.apps_column'), header, columns?.appIds)}
        {format !== undefined && 'sheet' in format
          ? pick('sheet', say('plan.sheet'), [format.sheet, ...format.otherSheets], format.sheet)
          : pick('encoding', say('plan.encoding'), encodings, format?.encoding)}
        {(format === undefined || 'delimiter' in format) &&
          pick('delimiter', say('plan.delimiter'), delimiters, format?.delimiter)}
      </div>
      <IdsPart state={state} />
      <Refused refusal={refusal} />
      {beginning !== null && <BeginningTable beginning={beginning} />}
    </>
  );
}

/** What is done with IDs that are not as GenAuth has them. */
function IdsPart({ state }: { state: PlanStep }) {
  const { say } = useSpeaker();
  const { given, set, refusal } = useSettings(state);
  const typed = (name: SettingName, label: string, hint?: string) => (
    <Field id={name} label={label} hint={hint}>
      <input
        key={given(name)}
        id={name}
        type="text"
        autocomplete="off"
        spellcheck={false}
        defaultValue={given(name)}
        onChange={({ currentTarget: { value } }) => set(name, value.trim())}
      />
    </Field>
  );
  const { settings, survey } = state;
  const isSet = settings['phone-country'] !== undefined || settings['allow-damaged-ids'] !== undefined;
  const isOdd =
    survey.is === 'ready' && survey.plan.problemGroups.length + survey.plan.warningGroups.length > 0;
  return (
    <details open={isSet || isOdd}>
      <summary>{say('plan.ids')}</summary>
      <div class="choices">
        {typed('phone-country', say('plan.phone_country'), say('plan.phone_country_hint'))}
        {typed('allow-damaged-ids', say('plan.damaged_ids'))}
      </div>
      <CheckBox
        label={say('plan.damaged_all')}
        isChecked={state.settings['allow-damaged-ids'] === true}
        onCheck={(isNow) => set('allow-damaged-ids', isNow)}
      />
      <Refused refusal={refusal} />
    </details>
  );
}

const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252'];
const delimiters = [',', ';', 'tab', '|'];

interface Choices {
  readonly id: string;
  readonly label: string;
  readonly options: readonly string[];
  /** '' where it is left to the program. */
  readonly value: string;
  readonly found: string | null | undefined;
  /** How an option is called. */
  readonly nameOf: (option: string) => string;
  readonly onChoose: (value: string) => void;
}

function Choice({ id, label, options, value, found, nameOf, onChoose }: Choices) {
  const { say } = useSpeaker();
  const isListed = value === '' || options.includes(value);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">
          {found === undefined || value !== ''
            ? say('plan.automatic')
            : say('plan.as_found', { found: found === null ? say('plan.no_column') : shown(found) })}
        </option>
        {!isListed && <option value={value}>{shown(value)}</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {nameOf(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

function shown(option: string): string {
  return option === '\t' ? 'tab' : visible(option);
}

function BeginningTable({ beginning }: { beginning: Beginning }) {
  const { say } = useSpeaker();
  return (
    <div class="scrolled" tabIndex={0} role="group" aria-label={say('plan.begin')}>
      <table>
        <thead>
          <tr>
            {beginning.header.map((text, at) => (
              <th key={at} scope="col">
                {visible(text)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {beginning.records.map((record, number) => (
            <tr key={number}>
              {record.map((text, at) => (
                <td key={at}>{visible(text)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
