import { createSpeaker, type Speaker } from '../texts/speaker.ts';
import { createContext, useContext } from './preact.ts';

/** Who says all texts of the page. */
export const Speaking = createContext<Speaker>(createSpeaker('en'));

/** Whether the page can do itself what a command line would: `ui`. */
export const Live = createContext(false);

export function useSpeaker(): Speaker {
  return useContext(Speaking);
}
