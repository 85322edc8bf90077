import './style.css';
import type { ReportData } from '../report/data.ts';
import { createSpeaker, languageFor } from '../texts/speaker.ts';
import { useView } from './address.ts';
import { render, useEffect, useMemo } from './preact.ts';
import { ReportPage } from './report-page.tsx';
import { Speaking } from './speaking.ts';
import { unpack } from './unpack.ts';

function Report({ data }: { data: ReportData }) {
  const [view, onView] = useView();
  const language = view.language ?? languageFor(navigator.languages);
  const speaker = useMemo(() => createSpeaker(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = speaker.say('page.title', { name: data.run.input.name });
  }, [language]);
  return (
    <Speaking.Provider value={speaker}>
      <ReportPage data={data} view={view} onView={onView} />
    </Speaking.Provider>
  );
}

/** What stands in the page without JavaScript stays where this fails. */
async function start(): Promise<void> {
  const page = document.querySelector('#page');
  const packed = document.querySelector('#data')?.textContent ?? '';
  if (page === null) return;
  try {
    const data = await unpack(packed);
    page.replaceChildren();
    render(<Report data={data} />, page);
  } catch (error) {
    const note = document.createElement('p');
    note.className = 'page note';
    note.textContent = createSpeaker(languageFor(navigator.languages)).say('page.broken');
    page.prepend(note);
    throw error;
  }
}

void start();
