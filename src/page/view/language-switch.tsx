import { languageNames, languages, type Language } from '../texts/speaker.ts';
import { useSpeaker } from './speaking.ts';

export function LanguageSwitch({
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
