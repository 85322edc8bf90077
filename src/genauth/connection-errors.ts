/** Codes of Node and OpenSSL that mean: the server's certificate was not accepted, and nothing was sent. */
const certificateCodes: ReadonlySet<string> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  // undici's name for ERR_TLS_CERT_ALTNAME_INVALID behind a proxy.
  'UND_ERR_PRX_TLS',
]);

/** Codes that come before anything is sent, whatever the client. */
const unsentCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'EAI_NODATA',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ERR_INVALID_URL',
  'UND_ERR_CLOSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_INVALID_ARG',
]);

const sentences: Readonly<Record<string, string>> = {
  NOT_ITS_OWN: 'not sent: the call may be another worker’s by now',
  CLIENT_DESTROYED: 'given up because the run was stopped',
  CONTINUE_UNASKED: 'the server sent 100 Continue unasked, and the reply after it cannot be read',
  ECONNABORTED: 'no whole reply within the time allowed',
  EAI_AGAIN: 'the host name could not be looked up (no name server answered)',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'no name server knows the host name',
  EPROTO: 'no encrypted connection could be made',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
  PROXY_LOGIN: 'the proxy wants a user name and password, or does not take the ones it was given',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak https on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak https on this port',
  HTTPParserError: 'what came is no HTTP',
  PROXY_REFUSED: 'the proxy did not connect to the server',
  TIMEOUT: 'no whole reply within the time allowed',
  UND_ERR_CLOSED: 'the client is closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time allowed',
  UND_ERR_DESTROYED: 'the client is closed',
  UND_ERR_INVALID_ARG: 'the request could not be built: a setting holds characters that no header can carry',
  UND_ERR_HEADERS_OVERFLOW: 'the head of the reply was longer than any that GenAuth gives',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the reply was cut short',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the reply was longer than any that GenAuth gives',
  UPGRADE_UNASKED: 'the server changed to another protocol unasked',
  UND_ERR_SOCKET: 'the server closed the connection before the reply was complete',
};

export function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && certificateCodes.has(code);
}

/** One that this file has a sentence for. */
export function isKnownCode(code: string): boolean {
  return Object.hasOwn(sentences, code) || certificateCodes.has(code);
}

/** For clients that do not say whether the request left. This package's transport knows, and does not guess. */
export function neverLeaves(code: string | undefined): boolean {
  return code !== undefined && (unsentCodes.has(code) || certificateCodes.has(code));
}

/** A short sentence for `Reply.message`. Never the error's own text: that may quote the request. */
export function describeConnectionError(code: string): string {
  const sentence =
    (Object.hasOwn(sentences, code) ? sentences[code] : undefined) ??
    (certificateCodes.has(code) ? "the server's certificate was not accepted" : 'the exchange failed');
  return `${sentence} (${code})`;
}

/** An error may be its own cause. */
const deepestCause = 4;

/**
 * The most telling code of a thrown value: its own, else that of the first error gathered in it (an `AggregateError` of
 * several addresses), else that of its cause (`fetch`), else its name.
 */
export function errorCodeOf(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null) return 'ERROR';
  const { code, errors, cause, name } = error as Record<'code' | 'errors' | 'cause' | 'name', unknown>;
  if (typeof code === 'string' && code !== '') return code;
  const within: unknown = Array.isArray(errors) && errors.length > 0 ? errors[0] : cause;
  if (typeof within === 'object' && within !== null && depth < deepestCause) {
    return errorCodeOf(within, depth + 1);
  }
  return typeof name === 'string' && name !== '' ? name : 'ERROR';
}

/** The code of what undici throws. Some of it is told only by the text of an error with a code that covers much else. */
export function exchangeErrorCode(error: Error): string {
  const proxyStatus = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (proxyStatus !== undefined) return proxyStatus === '407' ? 'PROXY_LOGIN' : 'PROXY_REFUSED';
  const code = errorCodeOf(error);
  if (code === 'UND_ERR_SOCKET') return codeOfText[error.message] ?? code;
  return code;
}

const codeOfText: Readonly<Record<string, string>> = {
  'bad response': 'CONTINUE_UNASKED',
  'bad upgrade': 'UPGRADE_UNASKED',
};
