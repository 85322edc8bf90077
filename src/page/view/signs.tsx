import type { RowState } from '../report/row-state.ts';
import type { Tone } from '../report/verdict.ts';
import { useContext, type ComponentChildren } from './preact.ts';
import { Live, useSpeaker } from './speaking.ts';

/** Drawn, as not every font has the signs. In a box of 24. */
const pathOf: Readonly<Record<Tone | 'still', string>> = {
  good: 'M6 12.5l4 4 8-9',
  doubtful: 'M8.5 9a3.5 3.5 0 1 1 4.6 3.3c-.8.3-1.1.8-1.1 1.7M12 17.4v.2',
  bad: 'M12 6v7.5M12 17.4v.2',
  still: 'M7 12h10',
};

export const toneOfState: Readonly<Record<RowState, keyof typeof pathOf>> = {
  survived: 'bad',
  failed: 'bad',
  partial: 'bad',
  unknown: 'doubtful',
  not_attempted: 'bad',
  invalid: 'doubtful',
  signed_in_again: 'bad',
  unclear: 'doubtful',
  no_such_user: 'still',
  no_user: 'still',
  skipped: 'still',
  said: 'good',
  seen: 'good',
};

/** Colour is never alone. */
export function Sign({ tone }: { tone: keyof typeof pathOf }) {
  return (
    <svg class={`sign tone-${tone}`} viewBox="0 0 24 24" aria-hidden="true">
      <circle cx={12} cy={12} r={11} />
      <path d={pathOf[tone]} />
    </svg>
  );
}

export function StateName({ state }: { state: RowState }) {
  const { say } = useSpeaker();
  return (
    <span class="state">
      <Sign tone={toneOfState[state]} /> {say(`state.${state}`)}
    </span>
  );
}

/** A command line to be copied whole, where there is no button that does it. */
export function Command({ line }: { line: string }) {
  const { say } = useSpeaker();
  if (useContext(Live)) return <span>{say('ui.above')}</span>;
  return (
    <code class="command" tabIndex={0}>
      {line}
    </code>
  );
}

/** A line of a list of what is known, in a `dl`. */
export function Detail({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
