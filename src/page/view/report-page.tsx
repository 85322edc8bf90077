import type { ReportData } from '../report/data.ts';
import { languageNames, languages, type Language } from '../texts/speaker.ts';
import type { View } from './address.ts';
import { CausesPart } from './causes-part.tsx';
import { ChartPart } from './chart-part.tsx';
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

/** The whole report, in the order of the questions that people have. */
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
        <VerdictPart data={data} />
        <Parts />
        <SurenessPart data={data} />
        <RowsPart data={data} view={view} onView={onView} />
        <CausesPart data={data} onView={onView} />
        <ChartPart data={data} />
        <ProofPart data={data} />
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

function LanguageSwitch({
  language,
  onChoose,
}: {
  language: Language;
  onChoose: (chosen: Language) => void;
}) {
  const { say } = useSpeaker();
  return (
    <div class="languages" role="group" aria-label={say('page.language')}>
      {languages.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          aria-pressed={each === language}
          onClick={() => onChoose(each)}
        >
          {languageNames[each]}
        </button>
      ))}
    </div>
  );
}
