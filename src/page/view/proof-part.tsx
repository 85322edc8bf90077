import type { ReportData } from '../report/data.ts';
import { Detail } from './signs.tsx';
import { useSpeaker } from './speaking.ts';

/** Figures and hashes. */
export function ProofPart({ data }: { data: ReportData }) {
  const { say } = useSpeaker();
  return (
    <section aria-labelledby="proof">
      <h2 id="proof">{say('proof.title')}</h2>
      <p>{say('proof.how')}</p>
      <table class="hashes">
        <thead>
          <tr>
            <th scope="col">{say('proof.file')}</th>
            <th scope="col">{say('proof.hash')}</th>
          </tr>
        </thead>
        <tbody>
          {data.run.pinned.map(([file, sha256]) => (
            <tr key={file}>
              <th scope="row">
                <code>{file}</code>
              </th>
              <td>
                <code class="hash">{sha256}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl class="figures">
        <RunFigures data={data} />
        <SendingFigures data={data} />
      </dl>
    </section>
  );
}

function RunFigures({ data: { run } }: { data: ReportData }) {
  const { say, time, number } = useSpeaker();
  const { user, machine } = run.createdBy;
  return (
    <>
      <Detail name={say('proof.input')}>{run.input.name}</Detail>
      <Detail name={say('proof.users')}>{number(run.users)}</Detail>
      {run.host !== null && <Detail name={say('proof.host')}>{run.host}</Detail>}
      {run.userPoolId !== null && (
        <Detail name={say('proof.pool')}>
          <code>{run.userPoolId}</code>
        </Detail>
      )}
      <Detail name={say('proof.who')}>
        {say('proof.who_value', { user, machine, time: time(run.createdAt) })}
      </Detail>
      <Detail name={say('proof.folder')}>
        <code>{run.folder}</code>
      </Detail>
    </>
  );
}

function SendingFigures({ data: { numbers } }: { data: ReportData }) {
  const { say, time, number } = useSpeaker();
  const { startedAt, finishedAt, calls, latencyMs } = numbers;
  const { p50, p90, p99 } = latencyMs;
  return (
    <>
      {startedAt !== null && finishedAt !== null && (
        <Detail name={say('proof.sent')}>
          {say('proof.sent_value', { from: time(startedAt), to: time(finishedAt) })}
        </Detail>
      )}
      <Detail name={say('proof.calls')}>
        {say('proof.calls_value', { planned: calls.planned, succeeded: calls.succeeded })}
      </Detail>
      <Detail name={say('proof.attempts')}>{number(numbers.attempts)}</Detail>
      <Detail name={say('proof.throttled')}>{number(numbers.throttled)}</Detail>
      {calls.repeated > 0 && <Detail name={say('proof.repeated')}>{number(calls.repeated)}</Detail>}
      <Detail name={say('proof.sessions')}>{number(numbers.sessions)}</Detail>
      {p50 !== null && p90 !== null && p99 !== null && (
        <Detail name={say('proof.latency')}>{say('proof.latency_value', { p50, p90, p99 })}</Detail>
      )}
    </>
  );
}
