import { createSpeaker, type Speaker } from '../texts/speaker.ts';
import { createContext, useContext } from './preact.ts';

/** Who says all texts of the page. */
export const Speaking = createContext<Speaker>(createSpeaker('en'));

export function useSpeaker(): Speaker {
  return useContext(Speaking);
}
