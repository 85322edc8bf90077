import { rowStates, type RowState } from '../report/row-state.ts';
import { languages, type Language } from '../texts/speaker.ts';
import { useEffect, useState } from './preact.ts';

/** What of the page is kept in its address, so that a link or a reload shows the same. */
export interface View {
  readonly search: string;
  /** None: those that need a look, or where something is searched for, all. */
  readonly states: readonly RowState[];
  /** All, whatever is searched for. */
  readonly isAll: boolean;
  /** Undefined: the browser's. */
  readonly language: Language | undefined;
}

/** @param hash with or without `#`. What it does not know it passes over. */
function viewFrom(hash: string): View {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const named = (given.get('state') ?? '').split(' ');
  return {
    search: given.get('search') ?? '',
    states: rowStates.filter((state) => named.includes(state)),
    isAll: named.includes('all'),
    language: languages.find((language) => language === given.get('language')),
  };
}

function hashOf({ search, states, isAll, language }: View): string {
  const given = new URLSearchParams();
  if (search !== '') given.set('search', search);
  if (isAll || states.length > 0) given.set('state', isAll ? 'all' : states.join(' '));
  if (language !== undefined) given.set('language', language);
  return `#${given.toString()}`;
}

/** The view that the address names, and what puts another one there. */
export function useView(): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => viewFrom(location.hash));
  useEffect(() => {
    const onChange = (): void => setView(viewFrom(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return [
    view,
    (change) => {
      const next = { ...view, ...change };
      history.replaceState(null, '', hashOf(next));
      setView(next);
    },
  ];
}
