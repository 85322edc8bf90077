import type { RowState } from '../report/row-state.ts';
import type { Tone } from '../report/verdict.ts';
import { useSpeaker } from './speaking.ts';

const signOf: Readonly<Record<Tone | 'still', string>> = { good: '✓', doubtful: '?', bad: '!', still: '–' };

const toneOfState: Readonly<Record<RowState, keyof typeof signOf>> = {
  survived: 'bad',
  failed: 'bad',
  partial: 'bad',
  unknown: 'doubtful',
  not_attempted: 'bad',
  invalid: 'doubtful',
  signed_in_again: 'bad',
  unclear: 'doubtful',
  no_such_user: 'still',
  skipped: 'still',
  said: 'good',
  seen: 'good',
};

/** Colour is never alone. */
export function Sign({ tone }: { tone: keyof typeof signOf }) {
  return (
    <span class={`sign tone-${tone}`} aria-hidden="true">
      {signOf[tone]}
    </span>
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

/** A command line to be copied whole. */
export function Command({ line }: { line: string }) {
  return (
    <code class="command" tabIndex={0}>
      {line}
    </code>
  );
}
