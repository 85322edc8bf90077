import type { CauseShown, ReportData } from '../report/data.ts';
import { rowStateOf } from '../report/row-state.ts';
import type { View } from './address.ts';
import { StateName } from './signs.tsx';
import { useSpeaker } from './speaking.ts';

/** Why rows did not succeed, and what to do about it. */
export function CausesPart({ data, onView }: { data: ReportData; onView: (change: Partial<View>) => void }) {
  const { say } = useSpeaker();
  return (
    <section aria-labelledby="causes">
      <h2 id="causes">{say('causes.title')}</h2>
      {data.causes.length === 0 ? (
        <p>{say('causes.none')}</p>
      ) : (
        <ul class="causes">
          {data.causes.map((cause) => (
            <Cause key={cause.firstLine} cause={cause} onView={onView} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Cause({ cause, onView }: { cause: CauseShown; onView: (change: Partial<View>) => void }) {
  const { say, translate } = useSpeaker();
  const { rows, status, statusCode, apiCode, errorCode, message, advice, firstLine } = cause;
  const state = rowStateOf(status, apiCode, undefined);
  const codes = [statusCode, apiCode, errorCode].filter((code) => code !== undefined).join(' / ');
  return (
    <li class="cause">
      <h3>
        <span class="count">{say('causes.rows', { count: rows })}</span> <StateName state={state} />
      </h3>
      <p>
        {message === '' ? say('row.no_message') : translate(message)}
        {codes !== '' && <span class="codes"> ({codes})</span>}
      </p>
      <p class="advice">{translate(advice)}</p>
      <p>
        <button type="button" onClick={() => showRows(state, onView)}>
          {say('causes.show')}
        </button>{' '}
        <span class="faint">{say('causes.first', { line: String(firstLine) })}</span>
      </p>
    </li>
  );
}

function showRows(state: View['states'][number], onView: (change: Partial<View>) => void): void {
  onView({ states: [state], isAll: false, search: '' });
  document.querySelector('#rows')?.scrollIntoView();
}
