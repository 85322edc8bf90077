import { text } from '../settings/kinds.ts';
import { paceRules, type PaceOptions } from '../settings/pace-options.ts';
import { nested, type Rules, type Some } from '../settings/rules.ts';
import { verifyRules, type VerifyOptions } from '../settings/verify-options.ts';
import { sessionRules, type SessionOptions } from './open-connection.ts';

/** How sessions are looked for, and with what. */
export interface VerifySettings
  extends Omit<SessionOptions, 'client' | 'confirm' | 'confirmCanary'>, Some<VerifyOptions> {
  /** As of `resume`. */
  readonly host?: string | undefined;
  /** Default: what the run was started with, option by option. */
  readonly pace?: Some<PaceOptions> | undefined;
  /** How long after each further kick it is looked again, in ms. Default: 5, 30 and 120 s. */
  readonly rekickWaitsMs?: readonly number[] | undefined;
}

export const settingsRules: Rules<VerifySettings> = {
  ...verifyRules,
  credentials: sessionRules.credentials,
  network: sessionRules.network,
  onEvent: sessionRules.onEvent,
  stopSignal: sessionRules.stopSignal,
  abortSignal: sessionRules.abortSignal,
  host: { flag: 'host', kind: text },
  pace: { kind: nested(paceRules) },
  rekickWaitsMs: { kind: ({ value }) => value as readonly number[] },
};
