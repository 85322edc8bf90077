import type { ProblemPage } from '../../api.ts';
import type { PlanStep, ProblemGroup, Ready } from '../../state.ts';
import { useEffect, useState } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { get, useSettings } from './asking.ts';
import { dataAt } from './data-at.ts';
import { CheckBox, Refused, Told, useWords, visible } from './told.tsx';

/** Rows that are not in order, what to do about them, and what else is worth a look. */
export function ProblemsPart({ state, survey }: { state: PlanStep; survey: Ready }) {
  const { say } = useSpeaker();
  const { set, refusal } = useSettings(state);
  const { plan } = survey;
  const { invalid } = plan.rows;
  return (
    <>
      {invalid > 0 && (
        <section aria-labelledby="problems">
          <h2 id="problems">
            {say('plan.problems')}
            {say('ui.colon')}
            {invalid}
          </h2>
          <Groups groups={plan.problemGroups} />
          <p class="more">
            <a href={dataAt('/api/problems.csv')} download>
              {say('plan.download_problems')}
            </a>
            {plan.problemGroups.some(({ repairable }) => repairable > 0) && (
              <a href={dataAt('/api/repaired.csv')} download>
                {say('plan.download_repaired')}
              </a>
            )}
          </p>
          <OneByOne key={plan.input.sha256} stateId={state.id} />
          <CheckBox
            label={say('plan.skip_invalid')}
            isChecked={state.settings['skip-invalid'] === true}
            onCheck={(isNow) => set('skip-invalid', isNow)}
          />
          <Refused refusal={refusal} />
        </section>
      )}
      {plan.warningGroups.length > 0 && (
        <section aria-labelledby="warnings">
          <h2 id="warnings">{say('plan.warnings')}</h2>
          <Groups groups={plan.warningGroups} />
        </section>
      )}
    </>
  );
}

function Groups({ groups }: { groups: readonly ProblemGroup[] }) {
  const { say, reason } = useSpeaker();
  const words = useWords();
  return (
    <ul class="causes">
      {groups.map((group) => (
        <li key={`${group.kind} ${group.column}`} class="cause">
          <h3>
            {say('plan.group', { count: group.count })}
            {say('ui.colon')}
            {reason(visible(group.title), [[visible(group.column), group.kind]])}
          </h3>
          <p>{words(group.whatToDo)}</p>
          <p class="faint">{say('plan.lines', { lines: group.lines.join(', ') })}</p>
        </li>
      ))}
    </ul>
  );
}

const pageSize = 50;

/** @param stateId whenever the state changes they are asked for anew. */
function OneByOne({ stateId }: { stateId: number }) {
  const { say, reason, language } = useSpeaker();
  const words = useWords();
  const [from, setFrom] = useState<number | undefined>(undefined);
  const [page, setPage] = useState<ProblemPage | undefined>(undefined);
  useEffect(() => {
    if (from === undefined) return;
    void get<ProblemPage>(`/api/problems?from=${from}&count=${pageSize}`).then(setPage);
  }, [from, stateId]);
  if (from === undefined || page === undefined) {
    return (
      <button type="button" onClick={() => setFrom(0)}>
        {say('plan.show_problems')}
      </button>
    );
  }
  return (
    <>
      <div class="scrolled" tabIndex={0} role="group" aria-label={say('plan.problems')}>
        <table class="stacked">
          <thead>
            <tr>
              {(['column.line', 'plan.value', 'plan.problem', 'plan.repair'] as const).map((key) => (
                <th key={key} scope="col">
                  {say(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.problems.map(({ line, column, kind, value, message, repair }, at) => (
              <tr key={`${line} ${at}`}>
                <td data-label={say('column.line')}>{line}</td>
                <td data-label={say('plan.value')}>
                  <code>{visible(value)}</code>
                </td>
                <td data-label={say('plan.problem')}>
                  <div>
                    {reason(`${visible(column)}: ${words(message)}`, [[visible(column), kind]])}
                    {/* The kind alone does not say what was expected just here. */}
                    {language !== 'en' && (
                      <div class="faint">
                        <Told said={message} />
                      </div>
                    )}
                  </div>
                </td>
                <td data-label={say('plan.repair')}>
                  <code>{visible(repair ?? '')}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {page.total > page.kept && <p>{say('plan.problems_kept', { kept: page.kept, total: page.total })}</p>}
      <p class="more">
        <button type="button" disabled={from === 0} onClick={() => setFrom(Math.max(0, from - pageSize))}>
          {say('plan.before')}
        </button>
        <button
          type="button"
          disabled={from + pageSize >= page.kept}
          onClick={() => setFrom(from + pageSize)}
        >
          {say('plan.after')}
        </button>
      </p>
    </>
  );
}
