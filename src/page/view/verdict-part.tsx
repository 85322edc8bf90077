import type { ReportData } from '../report/data.ts';
import { endedKey } from '../report/ended.ts';
import { rowsOfPeople, verdictOf } from '../report/verdict.ts';
import { Command, Sign } from './signs.tsx';
import { useSpeaker } from './speaking.ts';

/** Are they out? */
export function VerdictPart({ data }: { data: ReportData }) {
  const { say, time } = useSpeaker();
  const { numbers, states, run } = data;
  const { name, tone, count } = verdictOf(data);
  const { ended, waitUntil } = numbers;
  return (
    <section class={`verdict tone-${tone}`} aria-labelledby="verdict">
      <Sign tone={tone} />
      <div>
        <p class="question">{say('verdict.question')}</p>
        <h2 id="verdict" class="verdict-text">
          {say(`verdict.${name}`, { count, total: rowsOfPeople(data) })}
        </h2>
        {states.skipped > 0 && name !== 'only_skipped' && (
          <p>{say('verdict.skipped', { count: states.skipped })}</p>
        )}
        {states.no_user > 0 && name !== 'only_no_user' && (
          <p>{say('verdict.no_user', { count: states.no_user })}</p>
        )}
        <p class="ended">
          {say(endedKey(ended), { reason: ended })}
          {waitUntil !== null && <> {say('ended.wait', { time: time(waitUntil) })}</>}
        </p>
        {ended !== 'finished' && <Command line={run.commands.resume} />}
      </div>
    </section>
  );
}
