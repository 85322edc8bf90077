import type { RunListed } from '../../state.ts';
import { useEffect, useState } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { get, useAsking } from './asking.ts';
import { Refused, Told, visible } from './told.tsx';

/** Earlier runs, the newest first. @param id of the state: whenever it changes they are asked for anew. */
export function RunsPart({ folder }: { folder: string }) {
  const { say } = useSpeaker();
  const { ask, refusal } = useAsking();
  const [runs, setRuns] = useState<readonly RunListed[] | undefined>(undefined);
  useEffect(() => {
    void get<readonly RunListed[]>('/api/runs').then(setRuns);
  }, []);
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">{say('runs.title')}</h2>
      {runs?.length === 0 && <p>{say('runs.none', { folder })}</p>}
      <ul class="runs">
        {runs?.map((run) => (
          <Run
            key={run.run}
            run={run}
            onOpen={() => void ask('POST', `/api/runs/${encodeURIComponent(run.run)}/report`)}
          />
        ))}
      </ul>
      <Refused refusal={refusal} />
    </section>
  );
}

function Run({ run, onOpen }: { run: RunListed; onOpen: () => void }) {
  const { say, time } = useSpeaker();
  return (
    <li>
      <div>
        <strong>{visible(run.input === '' ? run.run : run.input)}</strong>{' '}
        {run.damage === null ? (
          <span class="faint">
            {time(run.createdAt)} · {say('runs.users', { count: run.users })}
            {run.succeeded !== null && (
              <> · {say('runs.out', { succeeded: run.succeeded, rows: run.rows })}</>
            )}
            {run.isGoing && <> · {say('runs.going')}</>}
          </span>
        ) : (
          <span class="faint">
            <Told said={run.damage.message} /> {run.damage.hint !== null && <Told said={run.damage.hint} />}
          </span>
        )}
      </div>
      {run.damage === null && (
        <button type="button" onClick={onOpen}>
          {say('runs.open')}
        </button>
      )}
    </li>
  );
}
