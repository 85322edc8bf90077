import type { LookStep } from '../../state.ts';
import { useSpeaker } from '../speaking.ts';
import { useAsking } from './asking.ts';
import { Bar, Figures, Refused } from './told.tsx';

/** Sessions are looked for. */
export function LookPart({ state }: { state: LookStep }) {
  const { say, number } = useSpeaker();
  const { ask, refusal } = useAsking();
  const { checks, seen } = state;
  return (
    <section aria-labelledby="look">
      <h2 id="look">{say('look.title')}</h2>
      <p role="status">{say(`look.${state.phase}`)}</p>
      {checks !== null && (
        <Bar
          done={checks.done}
          total={checks.total}
          label={say('look.checks', { done: checks.done, total: checks.total })}
        />
      )}
      {seen !== null && (
        <Figures
          figures={[
            [say('state.seen'), number(seen.sessions.gone)],
            [say('state.survived'), number(seen.sessions.survived)],
            [say('state.signed_in_again'), number(seen.sessions.signed_in_again)],
            [say('state.unclear'), number(seen.sessions.unclear)],
          ]}
        />
      )}
      <p class="faint">{say('run.keeps')}</p>
      <p>
        <button type="button" disabled={state.isStopping} onClick={() => void ask('POST', '/api/stop')}>
          {say('run.stop')}
        </button>
      </p>
      <Refused refusal={refusal} />
    </section>
  );
}
