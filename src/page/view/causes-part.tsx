import type { CauseShown, ReportData } from '../report/data.ts';
import { rowStateOf } from '../report/row-state.ts';
import type { View } from './address.ts';
import { StateName } from './signs.tsx';
import type { Speaker } from '../texts/speaker.ts';
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
            <Cause key={cause.firstLine} cause={cause} data={data} onView={onView} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Cause(props: { cause: CauseShown; data: ReportData; onView: (change: Partial<View>) => void }) {
  const { cause, data, onView } = props;
  const speaker = useSpeaker();
  const { say, translate } = speaker;
  const { rows, status, statusCode, apiCode, errorCode, message, advice, firstLine } = cause;
  const ofStatus = rowStateOf(status, apiCode, undefined);
  // What an invalid row means is told by what is wrong with it.
  const ofFirst = data.rows.find(([line]) => line === firstLine)?.[3];
  const state = ofStatus === 'invalid' ? (ofFirst ?? ofStatus) : ofStatus;
  // The words for an error have its code already.
  const codes = [statusCode, apiCode, errorCode]
    .filter((code) => code !== undefined && !message.includes(`(${code})`))
    .join(' / ');
  return (
    <li class="cause">
      <h3>
        <span class="count">{say('causes.rows', { count: rows })}</span> <StateName state={state} />
      </h3>
      <p>
        {message === '' ? say('row.no_message') : whyOf(cause, data, speaker)}
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

/** In another language by the kinds of what is wrong with the first such row, where the page holds it. */
function whyOf({ message, firstLine }: CauseShown, { rows }: ReportData, speaker: Speaker): string {
  const problems = rows.find(([line]) => line === firstLine)?.[15] ?? [];
  const more = /\(the first of them; [^)]*\)$/.exec(message)?.[0] ?? '';
  const reason = speaker.reason(message, problems);
  return reason === message || problems.length === 0 ? reason : `${reason} ${speaker.translate(more)}`;
}

function showRows(state: View['states'][number], onView: (change: Partial<View>) => void): void {
  onView({ states: [state], isAll: false, search: '' });
  document.querySelector('#rows')?.scrollIntoView();
}
