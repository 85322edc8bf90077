import type { Terminal } from './terminal.ts';

/** What of the process is listened to. */
export interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
}

/**
 * The first signal asks for an orderly stop; a second one, for a stop now. A closed terminal sends SIGHUP, and its shell may send it
 * once more: nobody is there to press a key twice, so that is never the second one.
 */
export function listenToSignals(
  signals: Signals,
): Pick<Terminal, 'stopSignal' | 'abortSignal' | 'interrupt'> {
  const stop = new AbortController();
  const abort = new AbortController();
  const listener = (): void => (stop.signal.aborted ? abort : stop).abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) signals.on(name, listener);
  signals.on('SIGHUP', () => stop.abort());
  return { stopSignal: stop.signal, abortSignal: abort.signal, interrupt: listener };
}
