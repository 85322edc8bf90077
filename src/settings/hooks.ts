import { aFunction, having } from './kinds.ts';

const signal = having<AbortSignal>('an AbortSignal', 'addEventListener', 'removeEventListener');

/** Of whatever takes a while: who listens, and what ends it. */
export const hookRules = {
  onEvent: { kind: aFunction<never>() },
  stopSignal: { kind: signal },
  abortSignal: { kind: signal },
};
