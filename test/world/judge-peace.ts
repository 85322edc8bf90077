import type { Exchange } from './record.ts';

/**
 * Once all is well, what may a resume leave open that does not ask again for what has failed? A call that has failed for good, or is
 * unknown for good: its last word is a failure that it is not looked past. A word about an app beside it is none, as the others of
 * the call are asked for without that app.
 * @param app one that can be signed out of. @param exchanges all of the user's, in the order in which they were sent.
 */
export function hasEndedForGood(app: string, exchanges: readonly Exchange[]): boolean {
  // The first that names it names all that is asked for in the same call; later ones, parts of that.
  const first = exchanges.find(({ appIds }) => appIds.includes(app));
  const last = exchanges.findLast(({ appIds }) => appIds.some((each) => first?.appIds.includes(each)));
  return last !== undefined && last.why !== 'app' && !last.saysDone;
}
