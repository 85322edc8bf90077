import '../style.css';
import type { Sample, State } from '../../state.ts';
import { createSpeaker, languageFor } from '../../texts/speaker.ts';
import { uiEn } from '../../texts/ui-en.ts';
import { uiZhCn } from '../../texts/ui/ui-zh-cn.ts';
import { zhCnAdvice, zhCnWords } from '../../texts/ui/zh-cn-advice.ts';
import { zhCnRefusals } from '../../texts/ui/zh-cn-refusals.ts';
import { useView } from '../address.ts';
import { render, useEffect, useMemo, useState } from '../preact.ts';
import { Live, Speaking } from '../speaking.ts';
import { Asked, createAsking } from './asking.ts';
import { dataAt } from './data-at.ts';
import { UiPage } from './ui-page.tsx';
import { keepDropsFromOpening } from './uploading.ts';

const ofUi = {
  en: { texts: uiEn },
  'zh-CN': { texts: uiZhCn, said: zhCnAdvice, sayings: zhCnRefusals, words: zhCnWords },
} as const;

type Link = 'open' | 'lost' | 'shut';

/** All that the server tells, as it stands. */
function useServer() {
  const [state, setState] = useState<State | undefined>(undefined);
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const [link, setLink] = useState<Link>('open');
  // An answer may come after an event that is newer.
  const onState = (next: State): void =>
    setState((now) => (now === undefined || next.id >= now.id ? next : now));
  const asking = useMemo(() => createAsking(onState), []);
  useEffect(() => {
    const events = new EventSource(dataAt('/api/events'));
    const listen = (type: string, take: (data: never) => void): void =>
      events.addEventListener(type, ({ data }: MessageEvent<string>) => take(JSON.parse(data) as never));
    events.addEventListener('open', () => setLink('open'));
    events.addEventListener('error', () =>
      setLink(events.readyState === EventSource.CLOSED ? 'shut' : 'lost'),
    );
    listen('state', onState);
    listen('samples', (all: readonly Sample[]) => setSamples(all));
    listen('sample', (one: Sample) => setSamples((before) => [...before, one]));
    return () => events.close();
  }, []);
  return { state, samples, link, asking };
}

function Ui() {
  const { state, samples, link, asking } = useServer();
  const [view, onView] = useView();
  const language = view.language ?? languageFor(navigator.languages);
  const speaker = useMemo(() => createSpeaker(language, ofUi[language]), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = speaker.say('ui.title');
  }, [language]);
  return (
    <Speaking.Provider value={speaker}>
      <Asked.Provider value={asking}>
        <Live.Provider value={true}>
          <UiPage state={state} samples={samples} link={link} view={view} onView={onView} />
        </Live.Provider>
      </Asked.Provider>
    </Speaking.Provider>
  );
}

keepDropsFromOpening();
const page = document.querySelector('#page');
if (page !== null) render(<Ui />, page);
