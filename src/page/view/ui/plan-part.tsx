import type { PlanStep, Ready } from '../../state.ts';
import { useSpeaker } from '../speaking.ts';
import { useState } from '../preact.ts';
import { AppsPart } from './apps-part.tsx';
import { useAsking } from './asking.ts';
import { ColumnsPart } from './columns-part.tsx';
import { ConnectedLine, Uploading } from './file-part.tsx';
import { GuardsPart } from './guards-part.tsx';
import { ProblemsPart } from './problems-part.tsx';
import { Figures, Refused, TextField, useWords, visible } from './told.tsx';
import { useDrop, useUpload } from './uploading.ts';

/** What the file comes to, and all that can be chosen about it. */
export function PlanPart({ state }: { state: PlanStep }) {
  const { say } = useSpeaker();
  const { ask } = useAsking();
  const { take, refusal } = useUpload('/api/file');
  useDrop(take);
  const { survey } = state;
  return (
    <>
      <ConnectedLine connection={state.connection} />
      <section aria-labelledby="plan-file">
        <h2 id="plan-file">
          {say('plan.file')}
          {say('ui.colon')}
          {visible(state.file.name)}
        </h2>
        <div role="status">
          {survey.is === 'reading' && <p>{say('plan.reading', { rows: survey.rows })}</p>}
        </div>
        {survey.is === 'refused' && <Refused refusal={survey.refusal} />}
        <ColumnsPart state={state} />
        <p>
          <button type="button" onClick={() => void ask('POST', '/api/step', { step: 'file' })}>
            {say('ui.back_file')}
          </button>
        </p>
        <Uploading upload={state.upload} />
        <Refused refusal={refusal} />
      </section>
      <AppsPart state={state} />
      {survey.is === 'ready' && <Survey state={state} survey={survey} />}
    </>
  );
}

function Survey({ state, survey }: { state: PlanStep; survey: Ready }) {
  const { say } = useSpeaker();
  const words = useWords();
  const { plan } = survey;
  return (
    <>
      <section aria-labelledby="plan">
        <h2 id="plan">{say('plan.title')}</h2>
        {[
          ...plan.lookFirst.map((what) => say('plan.look_first', { what: words(what) })),
          ...plan.oddities.map(({ message }) => words(message)),
        ].map((text) => (
          <p key={text} class="note tone-doubtful">
            {text}
          </p>
        ))}
        <Numbers survey={survey} />
        <FirstRows survey={survey} />
      </section>
      <ProblemsPart state={state} survey={survey} />
      <GuardsPart state={state} />
      <StartPart state={state} survey={survey} />
    </>
  );
}

function Numbers({ survey }: { survey: Ready }) {
  const { say, number, duration } = useSpeaker();
  const { plan } = survey;
  const { rows } = plan;
  return (
    <Figures
      figures={[
        [say('plan.users'), number(plan.users)],
        [say('plan.rows'), number(rows.total)],
        [say('plan.app_count'), number(plan.apps)],
        [say('plan.calls'), number(plan.calls)],
        rows.invalid > 0 ? [say('plan.invalid'), number(rows.invalid)] : undefined,
        rows.skipped > 0 ? [say('plan.skipped'), number(rows.skipped)] : undefined,
        [
          say('plan.duration'),
          survey.duration === null ? say('plan.duration_unknown') : duration(survey.duration * 1000),
        ],
      ]}
    />
  );
}

function FirstRows({ survey }: { survey: Ready }) {
  const { say } = useSpeaker();
  const { firstRows, usersByApp } = survey.plan;
  const names = new Map(usersByApp.map(({ appId, name }) => [appId, name]));
  if (firstRows.length === 0) return null;
  return (
    <div class="scrolled" tabIndex={0} role="group" aria-label={say('plan.first_rows')}>
      <h3>{say('plan.first_rows')}</h3>
      <table class="stacked">
        <thead>
          <tr>
            <th scope="col">{say('column.line')}</th>
            <th scope="col">{say('column.user')}</th>
            <th scope="col">{say('row.type')}</th>
            <th scope="col">{say('column.apps')}</th>
          </tr>
        </thead>
        <tbody>
          {firstRows.map((row) => (
            <tr key={row.line}>
              <td data-label={say('column.line')}>{row.line}</td>
              <td data-label={say('column.user')}>
                <code>{visible(row.userId)}</code>
              </td>
              <td data-label={say('row.type')}>{row.userIdType}</td>
              <td data-label={say('column.apps')}>
                {row.appIds.map((appId) => visible(names.get(appId) ?? appId)).join(', ')}
                {row.appCount > row.appIds.length &&
                  ` ${say('row.more_apps', { count: row.appCount - row.appIds.length })}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Nothing is sent before the number of users was typed. */
function StartPart({ state, survey }: { state: PlanStep; survey: Ready }) {
  const { say } = useSpeaker();
  const words = useWords();
  const { ask, refusal } = useAsking();
  const [users, setUsers] = useState('');
  const { plan } = survey;
  return (
    <section aria-labelledby="start">
      <h2 id="start">{say('plan.start')}</h2>
      {survey.refusal !== null ? (
        <Refused refusal={survey.refusal} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void ask('POST', '/api/start', { users });
          }}
        >
          <TextField
            id="users"
            label={say('plan.type_number', {
              count: plan.users,
              identity: words(state.connection.identity ?? state.connection.host),
            })}
            inputMode="numeric"
            value={users}
            onType={setUsers}
          />
          <p>
            <button type="submit" class="main danger">
              {say('plan.go')}
            </button>
          </p>
        </form>
      )}
      <Refused refusal={refusal ?? state.refusal} />
    </section>
  );
}
