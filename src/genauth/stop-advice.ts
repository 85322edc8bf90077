import { isCertificateCode } from './connection-errors.ts';
import { requestIdsOf, type Reply } from './reply.ts';
import { refusedSilently } from './reply-message.ts';

/** What a run that cannot go on tells its user: what happened, and what to do about it. */
export interface Advice {
  readonly message: string;
  readonly hint: string;
}

const credentials = 'GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET';

const badKindOfSignature: Advice = {
  message: 'GenAuth does not take this kind of signature',
  hint: 'Use --auth token.',
};
const badDate: Advice = {
  message: 'GenAuth could not read the date of a signed request',
  hint: 'Use --auth token. If it must be signed, look for a proxy on the way that takes the date header out.',
};
const notCovered: Advice = {
  message: "The user pool's plan does not cover this, or a bill is open",
  hint: 'Look at plan and billing in the GenAuth console.',
};

const wrongPath: Advice = {
  message: 'There is nothing to get a token from at this address',
  hint: 'Check the path in --host (or GENAUTH_HOST): it ends where /api/v3 begins, and mostly there is none.',
};

const adviceOnApiCode: Readonly<Record<number, Advice>> = {
  1300: {
    message: 'GenAuth does not accept the signature',
    hint: `Check ${credentials}. If both are right, try the other --brand, or --auth token.`,
  },
  1301: badKindOfSignature,
  1302: badKindOfSignature,
  1303: badDate,
  1304: badDate,
  2224: {
    message: 'GenAuth does not know this user pool',
    hint: 'Check that --host (or GENAUTH_HOST) and GENAUTH_ACCESS_KEY_ID belong to the same GenAuth.',
  },
  4021: notCovered,
};

/** For a reply after which a run stops: a `fatal` one, or an `unauthorized` one that could not be helped. */
export function whatToDo(reply: Reply): Advice {
  const { message, hint } = adviceOn(reply);
  return { message: `${message}${evidence(reply)}.`, hint };
}

/** For a run that stops because nobody has answered as GenAuth does. @param reply the last one. */
export function whereToLook(reply: Reply): string {
  const { httpStatus = 0, errorCode = '' } = reply;
  if (httpStatus === 404) return wrongPath.hint;
  if (httpStatus >= 300 && httpStatus <= 399) {
    return 'Check --host (or GENAUTH_HOST): if the address that it redirects to is GenAuth’s, give that one.';
  }
  if (errorCode.startsWith('ERR_SSL_') || errorCode === 'EPROTO' || errorCode === 'HTTPParserError') {
    return 'Check whether --host (or GENAUTH_HOST) is to begin with https:// or http://, and its port.';
  }
  if (errorCode === 'ENOTFOUND') {
    return 'Check the spelling of --host (or GENAUTH_HOST), and of a proxy; and whether this computer is on the network, and the VPN, that knows the name.';
  }
  return 'Check --host (or GENAUTH_HOST), the network and the proxy.';
}

function adviceOn(reply: Reply): Advice {
  if (isCertificateCode(reply.errorCode)) return adviceOnCertificate(reply);
  if (reply.errorCode === 'UND_ERR_INVALID_ARG') {
    return {
      message: 'A setting holds characters that no HTTP header can carry',
      hint: 'Check GENAUTH_ACCESS_KEY_ID, --tenant-id and --tenant-header for stray characters.',
    };
  }
  if (reply.apiCode === 1305) return adviceOnClock(reply);
  const advice = reply.apiCode === undefined ? undefined : adviceOnApiCode[reply.apiCode];
  if (advice !== undefined) return advice;
  const status = reply.genauthForm ? reply.statusCode : reply.httpStatus;
  if (reply.forToken === true && (reply.httpStatus === 404 || status === 404)) return wrongPath;
  if (status === 402) return notCovered;
  if (status === 429) {
    return { message: 'GenAuth throttles even the request for a token', hint: 'Go on when it is less busy.' };
  }
  if (reply.forToken === true) {
    return {
      message: 'GenAuth refuses to give a token for this access key',
      hint: `Check ${credentials}, and in the GenAuth console that the key has not been revoked.`,
    };
  }
  if (status === 401 || reply.apiCode === 2020) {
    return {
      message: 'GenAuth does not accept the authorization of the request',
      hint: 'Check in the GenAuth console that the access key has not been revoked and may call kick-users. When signing, try --auth token.',
    };
  }
  return {
    message: 'GenAuth refused the request',
    hint: `Check --host (or GENAUTH_HOST) and ${credentials}.`,
  };
}

function adviceOnCertificate(reply: Reply): Advice {
  const message = "The server's certificate was not accepted";
  const code = reply.errorCode ?? '';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      message,
      hint: "Check this computer's date. If it is right, the server needs a new certificate.",
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'UND_ERR_PRX_TLS') {
    return { message, hint: 'It was made out to another name: check --host (or GENAUTH_HOST).' };
  }
  return {
    message,
    hint: 'If the server or a proxy on the way has a certificate of your own authority, name that with --ca-file. If not, check --host.',
  };
}

function adviceOnClock(reply: Reply): Advice {
  const hint = "Set this computer's clock, or use --auth token.";
  if (reply.serverTimeMs === undefined) {
    return { message: "This computer's clock is too far from the server's", hint };
  }
  const aheadMs = reply.startedAt + reply.durationMs - reply.serverTimeMs;
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  if (minutes === 0) {
    return {
      message:
        "GenAuth finds the request's date wrong, although this computer's clock agrees with the server's",
      hint: 'Use --auth token.',
    };
  }
  const amount = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return {
    message: `This computer's clock is ${amount} ${aheadMs > 0 ? 'ahead of' : 'behind'} the server's`,
    hint,
  };
}

/** The codes and the server's own words, for whoever has to ask GenAuth about it. */
function evidence(reply: Reply): string {
  const parts = [
    codes(reply),
    reply.genauthForm && reply.message !== undefined && reply.message !== refusedSilently
      ? `"${reply.message}"`
      : '',
    requestIdsOf(reply).length === 0 ? '' : `request ID ${requestIdsOf(reply).join(', ')}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function codes(reply: Reply): string {
  if (reply.errorCode !== undefined) return reply.errorCode;
  if (reply.apiCode !== undefined) return `apiCode ${reply.apiCode}`;
  if (reply.statusCode !== undefined) return `statusCode ${reply.statusCode}`;
  return reply.httpStatus === undefined ? '' : `HTTP ${reply.httpStatus}`;
}
