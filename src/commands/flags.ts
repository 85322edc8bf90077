import { failureLimitRule, guardRules } from '../settings/guard-options.ts';
import { networkRules } from '../settings/network.ts';
import { columnRules, noLookUpFlag, planRules } from '../settings/plan-options.ts';
import { defaultLogLevel, logLevels } from '../settings/read-flag.ts';
import { paceRules } from '../settings/pace-options.ts';
import { flagsOf, type Flag } from '../settings/rules.ts';
import { serverRules } from '../settings/server-options.ts';

/** Flags that several commands share; one text each. */

const { skipInvalid, ...rulesOfPlan } = planRules;

export const planFlags = { ...flagsOf(columnRules), ...flagsOf(rulesOfPlan), ...noLookUpFlag };

/** `run` alone lets a file through some of whose rows are not. */
export const skipInvalidFlag = flagsOf({ skipInvalid });

export const serverFlags = flagsOf(serverRules);

export const credentialFlags = {
  'access-key-secret-file': {
    value: 'file',
    describe: 'Read the secret from a file instead of GENAUTH_ACCESS_KEY_SECRET',
  },
  'access-key-secret': { value: 'secret', describe: 'Refused', hidden: true },
} as const satisfies Record<string, Flag>;

export const networkFlags = flagsOf(networkRules);

export const paceFlags = flagsOf(paceRules);
export const rateFlag = flagsOf({ rate: paceRules.rate });

export const guardFlags = flagsOf(guardRules);
export const failureLimitFlag = flagsOf({ failureLimit: failureLimitRule });

export const askFlags = {
  yes: { describe: 'Do not ask; required without a terminal' },
} as const satisfies Record<string, Flag>;

export const verifyFlag = {
  verify: { describe: 'Look afterwards whether the sessions are gone, as `verify` does' },
} as const satisfies Record<string, Flag>;

export const jsonFlag = {
  json: { describe: 'Print the result as JSON on stdout' },
} as const satisfies Record<string, Flag>;

export const logFlag = {
  'log-level': {
    value: 'level',
    default: defaultLogLevel,
    describe: `For run.log: ${logLevels.join(', ')}`,
  },
} as const satisfies Record<string, Flag>;

export const outFlag = {
  out: { value: 'folder', describe: 'The run folder; must not exist [offboard-<input name>-<UTC time>]' },
} as const satisfies Record<string, Flag>;

/** What `check` and `run` have in common. */
export const namesOfCheck: ReadonlySet<string> = new Set(
  Object.keys({ ...planFlags, ...rateFlag, ...serverFlags, ...credentialFlags, ...networkFlags }),
);
