import type { Reply } from '../../genauth/reply.ts';
import { whatToDo, whereToLook } from '../../genauth/stop-advice.ts';
import { isThisMachine } from '../../settings/server-options.ts';
import type { Stop } from './stop.ts';

/** What a user reads when a run stops early: what happened, and what to do before going on. */
export interface StopMessage {
  readonly message: string;
  readonly hint: string;
  /** A `--give-up-after` that is enough to get through, where the server said how long it takes. */
  readonly giveUpAfter?: string;
  /** The host that is probably meant, where only the scheme of the one that was given seems wrong. */
  readonly otherHost?: string;
}

const minuteMs = 60_000;

/** @param gaveUp what was in flight was not waited for. @param host undefined with a client of the caller's own. */
export function stopMessage(stop: Stop, gaveUp = false, host?: string): StopMessage {
  const [message, hint] = wordsFor(stop, gaveUp);
  const other =
    stop.reason === 'unreachable' && host !== undefined ? otherScheme(stop.reply, host) : undefined;
  if (other !== undefined) return { message, ...other };
  const waitMs = 'waitMs' in stop ? stop.waitMs : undefined;
  if (waitMs === undefined) return { message, hint };
  return { message, hint, giveUpAfter: enoughFor(waitMs) };
}

/** A `--give-up-after` that waits so long, and some minutes more. */
export function enoughFor(waitMs: number): string {
  return `${Math.ceil(waitMs / minuteMs) + 5}m`;
}

function wordsFor(stop: Stop, gaveUp: boolean): [message: string, hint: string] {
  switch (stop.reason) {
    case 'interrupted':
      return gaveUp
        ? ['Interrupted.', 'What was in flight was given up: it may have been carried out, and is `unknown`.']
        : ['Interrupted.', 'What was in flight has been waited for and kept.'];
    case 'unauthorized':
    case 'fatal': {
      const { message, hint } = whatToDo(stop.reply);
      return [message, hint];
    }
    case 'forbidden':
      return [
        'GenAuth refuses to sign out anybody (403), also a user from far on in the file: the access key has no right to call kick-users.',
        'Give the key that right in the GenAuth console, or use the key of an administrator. No row is failed for it.',
      ];
    case 'unreachable':
      return [`Nothing has answered as GenAuth does: ${lastReply(stop.reply)}.`, whereToLook(stop.reply)];
    case 'server_down':
      return [
        `The server has been down for too long: ${lastReply(stop.reply)}.`,
        'What it kept from succeeding is open, and goes out again. Go on when the server is back; --give-up-after sets how long a run waits.',
      ];
    case 'throttled':
      return [
        `The tenant's quota is used up: every call is throttled${backIn(stop.waitMs)}.`,
        stop.waitMs === undefined
          ? 'Nothing was failed for it. Go on later; --give-up-after sets how long a run waits.'
          : 'Nothing was failed for it. Go on then, or wait for it with the --give-up-after below.',
      ];
    case 'failures':
      return [
        `${stop.failed} of the ${stop.ended} calls that have ended did not succeed, and --stop-after-failures allows ${stop.limit}.`,
        'Look at the causes first. To go on, give a higher --stop-after-failures or none; --retry-failed also tries again what failed.',
      ];
    case 'canary':
      return [
        `The canary of ${stop.users} ${stop.users === 1 ? 'user' : 'users'} has ended: ${stop.rows.succeeded} of its ${stop.rows.total} ${stop.rows.total === 1 ? 'row' : 'rows'} succeeded.`,
        'Look at them in report.csv. `resume` asks on a terminal whether to go on; with --yes it goes on only when all of them succeeded.',
      ];
    case 'journal':
      return [stop.error.message, stop.error.hint ?? ''];
  }
}

function backIn(waitMs: number | undefined): string {
  if (waitMs === undefined) return '';
  const at = new Date(Date.now() + waitMs).toISOString().slice(0, 16).replace('T', ' ');
  return `, and it comes back at ${at} UTC`;
}

function lastReply(reply: Reply): string {
  const { httpStatus, statusCode, genauthForm, message } = reply;
  if (!genauthForm) return message ?? reply.errorCode ?? 'no reply at all';
  return `the last reply was HTTP ${httpStatus ?? 200}${message === undefined ? '' : `, statusCode ${statusCode}, "${message}"`}`;
}

/** What came to a greeting in TLS was something else. */
const surelyPlain: ReadonlySet<string> = new Set([
  'EPROTO',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);
/** Who speaks another language waits for more, or hangs up; so does who is not well. */
const perhapsEither: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/**
 * What to say where perhaps only https is wrong with an address, or plain http.
 * @param reply the last one to a host that has never answered as GenAuth does.
 */
function otherScheme(
  { errorCode = '', httpStatus }: Reply,
  host: string,
): Pick<StopMessage, 'hint' | 'otherHost'> | undefined {
  const url = new URL(host);
  if (url.protocol === 'http:') {
    const isSure = errorCode === 'HTTPParserError';
    // What a web server says to plain http on its port for https.
    if (!isSure && httpStatus !== 400 && !perhapsEither.has(errorCode)) return undefined;
    return propose(isSure, 'https', host.replace(/^http:/, 'https:'));
  }
  const isSure = surelyPlain.has(errorCode);
  if (!isSure && !perhapsEither.has(errorCode)) return undefined;
  if (isThisMachine(url)) return propose(isSure, 'plain http', host.replace(/^https:/, 'http:'));
  const doubt = isSure ? 'Nothing at this port speaks https' : 'Perhaps nothing at this port speaks https';
  // It would show the credentials to a network.
  return {
    hint: `${doubt}: check the port of --host (or GENAUTH_HOST), the network and the proxy. Plain http is taken for this machine only.`,
  };
}

function propose(
  isSure: boolean,
  speaks: string,
  otherHost: string,
): Pick<StopMessage, 'hint' | 'otherHost'> {
  const hint = `${isSure ? 'Probably' : 'Perhaps'} this port is one for ${speaks}: try --host ${otherHost}`;
  return { hint, otherHost };
}
