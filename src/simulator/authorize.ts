import type { AccessKeys, Caller } from './access-keys.ts';
import type { HttpRequest } from './http-reader.ts';
import type { RecentCounts } from './recent-counts.ts';
import type { RefusalName } from './refusals.ts';
import { checkSignature, isSigned } from './signature.ts';

export interface AuthorizeRules {
  readonly keys: AccessKeys;
  readonly allowedSkewMs: number;
  readonly usedSignatures: RecentCounts<string>;
}

/**
 * Who sends this: by its signature, else by its management token and the user pool that it names; or why it is refused.
 * @param body the parsed JSON; of a GET what its query asks.
 */
export function authorize(
  request: HttpRequest,
  body: unknown,
  clockMs: number,
  rules: AuthorizeRules,
): Caller | RefusalName {
  const { method, path, headers } = request;
  const authorization = headers.get('authorization') ?? '';
  if (isSigned(authorization)) {
    const signed = { method, path, headers, body };
    const check = checkSignature(signed, {
      secretOf: (accessKeyId) => rules.keys.secretOf(accessKeyId),
      clockMs,
      allowedSkewMs: rules.allowedSkewMs,
      used: rules.usedSignatures,
    });
    if (check.refusal) return check.refusal;
    const userPoolId = rules.keys.userPoolOf(check.accessKeyId);
    return userPoolId === undefined ? 'badSignature' : { accessKeyId: check.accessKeyId, userPoolId };
  }

  // SDKs send the token with `Bearer` or without.
  const token = authorization.startsWith('Bearer ') ? authorization.slice(7) : authorization;
  const caller = rules.keys.callerOf(token, clockMs);
  if (!caller) return 'notLoggedIn';
  const userPoolId = headers.get('x-authing-userpool-id') ?? headers.get('x-genauth-userpool-id');
  if (userPoolId === caller.userPoolId) return caller;
  return userPoolId !== undefined && rules.keys.hasUserPool(userPoolId) ? 'otherPool' : 'unknownPool';
}
