import type { Calls, CanaryShown, RunStep, Sample, Waits } from '../../state.ts';
import { useMemo } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { useAsking } from './asking.ts';
import { Bar, Figures, Refused, useWords, visible } from './told.tsx';

/** The run, live. */
export function RunPart({ state, samples }: { state: RunStep; samples: readonly Sample[] }) {
  const { say } = useSpeaker();
  const { ask, refusal } = useAsking();
  const { calls, canary, waits, phase, isStopping } = state;
  return (
    <section aria-labelledby="run">
      <h2 id="run">{say('run.title')}</h2>
      <p role="status">
        {isStopping ? say('run.stopping') : say(`run.${phase}`)}{' '}
        <span class="faint">{visible(state.input)}</span>
      </p>
      {calls !== null && <Progress calls={calls} />}
      {waits !== null && <Waiting waits={waits} />}
      {canary !== null && <Canary canary={canary} />}
      {samples.length > 1 && <Curve samples={samples} />}
      {calls !== null && <CallFigures calls={calls} />}
      <p class="faint">{say('run.keeps')}</p>
      <p class="more">
        <button type="button" disabled={isStopping} onClick={() => void ask('POST', '/api/stop')}>
          {say('run.stop')}
        </button>
        {isStopping && (
          <button type="button" onClick={() => void ask('POST', '/api/stop', { now: true })}>
            {say('run.stop_now')}
          </button>
        )}
      </p>
      <Refused refusal={refusal} />
    </section>
  );
}

function Progress({ calls }: { calls: Calls }) {
  const { say } = useSpeaker();
  const done = calls.succeeded + calls.partial + calls.failed + calls.unknown;
  return <Bar done={done} total={calls.total} label={say('run.done', { done, total: calls.total })} />;
}

function CallFigures({ calls }: { calls: Calls }) {
  const { say, number, duration } = useSpeaker();
  const others = calls.partial + calls.failed + calls.unknown;
  return (
    <Figures
      figures={[
        [say('run.succeeded'), number(calls.succeeded)],
        [say('run.failed'), number(others)],
        [say('run.throttled'), number(calls.throttled)],
        calls.callsPerSecond === null ? undefined : [say('run.rate'), number(calls.callsPerSecond)],
        [say('run.elapsed'), duration(calls.elapsedMs)],
        calls.leftMs === null ? undefined : [say('run.left'), duration(calls.leftMs)],
      ]}
    />
  );
}

function Waiting({ waits }: { waits: Waits }) {
  const { say, duration } = useSpeaker();
  const words = useWords();
  const [next, givesUp] = [waits.nextInMs, waits.givesUpInMs].map((ms) =>
    duration(Math.ceil(Math.max(ms, 1) / 1000) * 1000),
  ) as [string, string];
  return (
    <p class="note" role="status">
      {say('run.waits', { message: words(waits.message), next, gives_up: givesUp })}
    </p>
  );
}

function Canary({ canary }: { canary: CanaryShown }) {
  const { say } = useSpeaker();
  const words = useWords();
  const { ask } = useAsking();
  const { users, rows, causes, callsLeft } = canary;
  return (
    <div class="note" role="alert">
      <p>
        <strong>
          {say('canary.asked', {
            count: users,
            succeeded: rows.succeeded,
            total: rows.total,
            left: callsLeft,
          })}
        </strong>
      </p>
      {causes.length > 0 && (
        <ul>
          {causes.map((cause) => (
            <li key={cause.firstLine}>
              {cause.rows} {cause.status === 'succeeded' ? '' : say(`state.${cause.status}`)}
              {say('ui.colon')}
              {words(cause.message)} {words(cause.advice)}
            </li>
          ))}
        </ul>
      )}
      <p class="more">
        <button type="button" class="main" onClick={() => void ask('POST', '/api/canary', { goOn: true })}>
          {say('canary.yes')}
        </button>
        <button type="button" onClick={() => void ask('POST', '/api/canary', { goOn: false })}>
          {say('canary.no')}
        </button>
      </p>
    </div>
  );
}

const size = { width: 960, height: 120 };

/** Attempts a second, and below them those that were throttled. */
function Curve({ samples }: { samples: readonly Sample[] }) {
  const { say } = useSpeaker();
  const { most, all, throttled } = useMemo(() => curvesOf(samples), [samples]);
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        <line class="axis" x1={0} x2={size.width} y1={size.height - 1} y2={size.height - 1} />
        <polyline class="curve" points={all} />
        <polyline class="curve-throttled" points={throttled} />
      </svg>
      <p class="faint">{say('run.curve', { most })}</p>
    </>
  );
}

const mostPoints = 240;

function curvesOf(samples: readonly Sample[]) {
  const every = Math.ceil(samples.length / mostPoints);
  const kept = samples.filter((_, at) => at % every === 0);
  const rates = kept.slice(1).map((sample, at) => {
    const before = kept[at] ?? sample;
    const seconds = Math.max((sample.atMs - before.atMs) / 1000, 0.001);
    return {
      at: sample.atMs,
      attempts: (sample.attempts - before.attempts) / seconds,
      throttled: (sample.throttled - before.throttled) / seconds,
    };
  });
  const most = Math.max(1, ...rates.map(({ attempts }) => attempts));
  const end = Math.max(1, samples.at(-1)?.atMs ?? 1);
  const points = (of: 'attempts' | 'throttled'): string =>
    rates
      .map(
        (rate) =>
          `${(rate.at / end) * size.width},${size.height - 2 - (rate[of] / most) * (size.height - 6)}`,
      )
      .join(' ');
  return { most, all: points('attempts'), throttled: points('throttled') };
}
