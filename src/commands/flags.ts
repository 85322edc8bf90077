import { encodings } from '../input/text/encoding.ts';
import { userIdTypes } from '../input/words/user-id-type.ts';
import { defaults, logLevels } from '../settings/options.ts';
import type { Flag } from './command.ts';

/** Flags that several commands share; one text each. */

export const planFlags = {
  sheet: { value: 'name', describe: 'Sheet of an Excel workbook [the first one that is shown]' },
  'user-id-column': { value: 'name', describe: 'Column with the user IDs [found by its name]' },
  'user-id-type-column': { value: 'name', describe: 'Column with the user ID types [found by its name]' },
  'app-ids-column': { value: 'name', describe: 'Column with the app IDs [found by its name]' },
  'user-id-type': {
    value: 'type',
    describe: `For rows that name no type: ${userIdTypes.join(', ')} [as the column's name says]`,
  },
  encoding: { value: 'name', describe: `Of the file: ${encodings.join(', ')} [found by its beginning]` },
  'app-ids': { value: 'a,b,c', describe: 'Apps for rows that name none' },
  protect: {
    value: 'file',
    describe:
      'Never sign out the users on this list, such as administrators and break-glass accounts: an ID on each line, or "ID,type", or a CSV with columns such as user_id, email, phone. Their rows are skipped, and named before the run. Case, spaces, invisible and full-width characters do not count, and a phone is the same with and without its country prefix. Somebody whom the file names by another ID type than the list is not seen: list every ID they have',
  },
  'phone-country': {
    value: 'code',
    describe:
      'Send phone numbers without this country code: 86 strips +86, 0086, and 86 before a mobile number',
  },
  'allow-damaged-ids': {
    value: 'a,b,c',
    isValueOptional: true,
    describe:
      'Send IDs that look damaged as they are, with a warning; with IDs behind it just these, be they words that stand for nothing, such as nan or tbd',
  },
} as const satisfies Record<string, Flag>;

export const serverFlags = {
  host: {
    value: 'url',
    default: defaults.host,
    describe: "The API's base address, also GENAUTH_HOST; https, or http to this machine",
  },
  auth: {
    value: 'way',
    default: defaults.auth,
    describe: 'token (a management token for all calls) or signature (each call is signed)',
  },
  brand: {
    value: 'brand',
    default: defaults.brand,
    describe: 'When signing: authing or genauth, for header prefix and scheme',
  },
  'tenant-id': { value: 'id', describe: 'Tenant, for user pools with several' },
  'tenant-header': {
    value: 'name',
    default: defaults.tenantHeader,
    describe: 'Header that carries the tenant',
  },
} as const satisfies Record<string, Flag>;

export const credentialFlags = {
  'access-key-secret-file': {
    value: 'file',
    describe: 'Read the secret from a file instead of GENAUTH_ACCESS_KEY_SECRET',
  },
  'access-key-secret': { value: 'secret', describe: 'Refused', hidden: true },
} as const satisfies Record<string, Flag>;

export const networkFlags = {
  'ca-file': {
    value: 'file',
    describe: 'Trust the certificates in this file (PEM) instead of the usual authorities',
  },
} as const satisfies Record<string, Flag>;

export const paceFlags = {
  concurrency: { value: 'n', default: defaults.concurrency, describe: 'Requests in flight at most' },
  rate: { value: 'n', describe: 'Attempts per second at most' },
  retries: {
    value: 'n',
    default: defaults.retries,
    describe:
      'Further attempts for a call that fails on its own account, while others are accepted; outages do not count',
  },
  timeout: { value: 'duration', default: defaults.timeout, describe: 'For one attempt' },
  'give-up-after': {
    value: 'duration',
    default: defaults.giveUpAfter,
    describe:
      'Stop, resumable, when for so long nothing is accepted: the server is down, or throttles everything',
  },
} as const satisfies Record<string, Flag>;

export const guardFlags = {
  'max-users': { value: 'n', describe: 'Refuse a file that names more users' },
  'expect-sha256': {
    value: 'hex',
    describe: 'Refuse any file but the one with this SHA-256, which `check` prints',
  },
  canary: {
    value: 'n',
    describe:
      'Sign out the first n users, then stop and ask before going on; with --yes go on only when all of them succeeded',
  },
  'stop-after-failures': {
    value: 'n|n%',
    describe:
      'Stop, resumable, when more calls than this have ended without success in this session; n% is of the calls that have ended, counted as 100 at least',
  },
} as const satisfies Record<string, Flag>;

export const askFlags = {
  yes: { describe: 'Do not ask; required without a terminal' },
} as const satisfies Record<string, Flag>;

export const jsonFlag = {
  json: { describe: 'Print the result as JSON on stdout' },
} as const satisfies Record<string, Flag>;

export const logFlag = {
  'log-level': {
    value: 'level',
    default: defaults.logLevel,
    describe: `For run.log: ${logLevels.join(', ')}`,
  },
} as const satisfies Record<string, Flag>;

/** `run` decides them for the whole life of a run. */
export const runOnlyFlags = {
  out: { value: 'folder', describe: 'The run folder; must not exist [offboard-<input name>-<UTC time>]' },
  'skip-invalid': { describe: 'Go on although some rows are invalid; they are reported as invalid' },
} as const satisfies Record<string, Flag>;
