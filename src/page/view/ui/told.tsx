import { userIdTypes, type UserIdType } from '../../../input/words/user-id-type.ts';
import { printableText } from '../../../printable.ts';
import type { SettingsChange } from '../../settings.ts';
import type { Refusal } from '../../state.ts';
import type { Speaker } from '../../texts/speaker.ts';
import type { ComponentChildren, InputHTMLAttributes } from '../preact.ts';
import { inPageWords, labelOf } from '../../texts/ui/page-words.ts';
import { useSpeaker } from '../speaking.ts';
import { useAsking } from './asking.ts';

/** What shows a sentence of the program: flags by the names of the page's fields, and what is invisible so that it can be seen. */
export function useWords(): (said: string) => string {
  const { say, translate } = useSpeaker();
  return (said) => printableText(inPageWords(translate(said), say));
}

/** A sentence of the program; marked as English where the catalogue of the language does not have it. */
export function Told({ said }: { said: string }) {
  const { say, known } = useSpeaker();
  const own = known(said);
  const text = printableText(inPageWords(own ?? said, say));
  return own === undefined ? <span lang="en">{text}</span> : <>{text}</>;
}

/** Why something was not done, and settings any one of which decides it: then it is a question, and nothing has gone wrong. */
export function Refused({ refusal }: { refusal: Refusal | null }) {
  const { say, known } = useSpeaker();
  const { ask, refusal: again } = useAsking();
  if (refusal === null || refusal.message === '') return null;
  return (
    <div class={`note ${refusal.ways.length > 0 ? 'tone-doubtful' : 'tone-bad'}`} role="alert">
      {known(refusal.message) === undefined && <p>{say('ui.in_english')}</p>}
      <p>
        <strong>
          <Told said={refusal.message} />
        </strong>
      </p>
      {refusal.hint !== null && (
        <p>
          <Told said={refusal.hint} />
        </p>
      )}
      {refusal.ways.length > 0 && (
        <p class="more">
          {refusal.ways.map((way) => (
            <button
              key={JSON.stringify(way)}
              type="button"
              onClick={() => void ask('PATCH', '/api/settings', way)}
            >
              {say('ui.try_way', { way: named(way, say) })}
            </button>
          ))}
        </p>
      )}
      <Refused refusal={again} />
    </div>
  );
}

function named(way: SettingsChange, say: Speaker['say']): string {
  return Object.entries(way)
    .map(([name, value]) => {
      const label = labelOf(`--${name}`, say) ?? name;
      if (typeof value !== 'string') return label;
      const type = userIdTypes.find((each) => name === 'user-id-type' && each === value);
      return `${label} ${type === undefined ? printableText(value) : inShort(type, say)}`;
    })
    .join(say('ui.and'));
}

/** A type of user IDs with the begin of what it means. */
function inShort(type: UserIdType, say: Speaker['say']): string {
  return `${type} (${say(`type.${type}`).replace(/[(（,，].*$/s, '')})`;
}

/** A text of a file or of GenAuth, in which what is invisible can be seen. */
export { printableText as visible };

export function Field(props: {
  id: string;
  label: string;
  hint?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      {props.children}
      {props.hint !== undefined && <p class="faint">{props.hint}</p>}
    </div>
  );
}

/** A field into which a text is typed, as it stands: nothing corrects or remembers it. */
export function TextField({
  label,
  hint,
  onType,
  ...input
}: InputHTMLAttributes & {
  id: string;
  label: string;
  hint?: string;
  value: string;
  onType: (text: string) => void;
}) {
  return (
    <Field id={input.id} label={label} hint={hint}>
      <input
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => onType(event.currentTarget.value)}
        {...input}
      />
    </Field>
  );
}

export function CheckBox(props: {
  label: string;
  isChecked: boolean;
  onCheck: (isChecked: boolean) => void;
}) {
  return (
    <p>
      <label>
        <input
          type="checkbox"
          checked={props.isChecked}
          onChange={(event) => props.onCheck(event.currentTarget.checked)}
        />{' '}
        {props.label}
      </label>
    </p>
  );
}

export function Figures({ figures }: { figures: readonly (readonly [string, string] | undefined)[] }) {
  return (
    <dl class="tiles">
      {figures.map(
        (figure) =>
          figure !== undefined && (
            <div key={figure[0]}>
              <dt>{figure[0]}</dt>
              <dd>{figure[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** How far something is. */
export function Bar({ done, total, label }: { done: number; total: number; label: string }) {
  return (
    <div class="progress">
      <p id="progress-label">{label}</p>
      <progress aria-labelledby="progress-label" max={Math.max(total, 1)} value={done} />
    </div>
  );
}
