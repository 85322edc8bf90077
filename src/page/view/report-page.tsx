import type { ReportData } from '../report/data.ts';
import type { View } from './address.ts';
import { CausesPart } from './causes-part.tsx';
import { ChartPart } from './chart-part.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ProofPart } from './proof-part.tsx';
import { RowsPart } from './rows-part.tsx';
import { useSpeaker } from './speaking.ts';
import { SurenessPart } from './sureness-part.tsx';
import { VerdictPart } from './verdict-part.tsx';

interface Props {
  readonly data: ReportData;
  readonly view: View;
  readonly onView: (change: Partial<View>) => void;
}

/** The whole of `report.html`. */
export function ReportPage({ data, view, onView }: Props) {
  const { say, time, language } = useSpeaker();
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>('#search')?.focus()}
      >
        {say('page.skip')}
      </button>
      <header class="page">
        <h1>{say('page.title', { name: data.run.input.name })}</h1>
        <LanguageSwitch language={language} onChoose={(chosen) => onView({ language: chosen })} />
      </header>
      <main class="page">
        <ReportSections data={data} view={view} onView={onView} />
      </main>
      <footer class="page">
        <p>
          {say('page.made', { time: time(data.madeAt) })}. {say('page.version', { version: data.version })}
        </p>
      </footer>
    </>
  );
}

/** The address keeps what is looked at, so that these scroll and do not lead anywhere. */
function Parts() {
  const { say } = useSpeaker();
  return (
    <nav class="parts" aria-label={say('page.parts')}>
      {(['sure', 'rows', 'causes', 'chart', 'proof'] as const).map((part) => (
        <button key={part} type="button" onClick={() => document.querySelector(`#${part}`)?.scrollIntoView()}>
          {say(`${part}.title`)}
        </button>
      ))}
    </nav>
  );
}

/** All parts, in the order of the questions that people have. */
export function ReportSections({ data, view, onView }: Props) {
  return (
    <>
      <VerdictPart data={data} />
      <Parts />
      <SurenessPart data={data} />
      <RowsPart data={data} view={view} onView={onView} />
      <CausesPart data={data} onView={onView} />
      <ChartPart data={data} />
      <ProofPart data={data} />
    </>
  );
}
