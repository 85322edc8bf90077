import type { Sample, State } from '../../state.ts';
import type { View } from '../address.ts';
import { LanguageSwitch } from '../language-switch.tsx';
import { useEffect, useRef } from '../preact.ts';
import { useSpeaker } from '../speaking.ts';
import { ConnectionPart } from './connection-part.tsx';
import { FilePart } from './file-part.tsx';
import { LookPart } from './look-part.tsx';
import { PlanPart } from './plan-part.tsx';
import { ReportPart } from './report-part.tsx';
import { RunPart } from './run-part.tsx';

interface Props {
  readonly state: State | undefined;
  readonly samples: readonly Sample[];
  readonly link: 'open' | 'lost' | 'shut';
  readonly view: View;
  readonly onView: (change: Partial<View>) => void;
}

/** The whole job, a step at a time. */
export function UiPage(props: Props) {
  const { say, language } = useSpeaker();
  const { state, link, onView } = props;
  const hasEnded = link !== 'open' && state?.isClosing === true;
  return (
    <>
      <header class="page">
        <h1>{say('ui.title')}</h1>
        <LanguageSwitch language={language} onChoose={(chosen) => onView({ language: chosen })} />
      </header>
      <main class="page">
        <div role="status">
          {link !== 'open' && <p class="note tone-bad">{say(hasEnded ? 'ui.ended' : `ui.${link}`)}</p>}
          {state?.isClosing === true && !hasEnded && <p class="note">{say('ui.closing')}</p>}
        </div>
        {state === undefined ? (
          <p>{say('ui.loading')}</p>
        ) : (
          <>
            <Steps state={state} />
            <Step {...props} state={state} />
          </>
        )}
      </main>
      <footer class="page">
        <p>genauth-offboard {state?.version}</p>
      </footer>
    </>
  );
}

const stepNames = ['connection', 'file', 'plan', 'run', 'report'] as const;

function Steps({ state }: { state: State }) {
  const { say } = useSpeaker();
  const at = state.step === 'making' || state.step === 'look' ? 'report' : state.step;
  const place = stepNames.indexOf(at);
  return (
    <nav aria-label={say('ui.steps')}>
      <ol class="job-steps">
        {stepNames.map((name, number) => (
          <li key={name} class={number < place ? 'done' : ''} aria-current={name === at ? 'step' : undefined}>
            <span class="number">{number + 1}</span> {say(`ui.step_${name}`)}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Whoever cannot see the page is told that another step has come. */
function Step({ state, samples, view, onView }: Props & { state: State }) {
  const { say } = useSpeaker();
  const place = useRef<HTMLDivElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) place.current?.focus();
    isFirst.current = false;
  }, [state.step]);
  return (
    <div ref={place} tabIndex={-1} class="job">
      {state.step === 'connection' && <ConnectionPart state={state} />}
      {state.step === 'file' && <FilePart state={state} />}
      {state.step === 'plan' && <PlanPart state={state} />}
      {state.step === 'run' && <RunPart state={state} samples={samples} />}
      {state.step === 'making' && <p>{say('report.making', { done: state.rows.done })}</p>}
      {state.step === 'report' && (
        <ReportPart key={state.run.run} state={state} view={view} onView={onView} />
      )}
      {state.step === 'look' && <LookPart state={state} />}
    </div>
  );
}
