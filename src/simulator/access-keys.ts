import { createHmac, randomBytes, randomUUID } from 'node:crypto';

interface AccessKey {
  readonly secret: string;
  readonly userPoolId: string;
}

/** Whom a token or a signature speaks for. */
export interface Caller {
  readonly accessKeyId: string;
  readonly userPoolId: string;
}

/** The access keys of the simulated server, and the management tokens given out for them. */
export interface AccessKeys {
  add(accessKeyId: string, secret: string, userPoolId: string): void;
  /** From now on the key, and every token given out for it, is refused. */
  revoke(accessKeyId: string): void;
  secretOf(accessKeyId: string): string | undefined;
  userPoolOf(accessKeyId: string): string | undefined;
  hasUserPool(userPoolId: string): boolean;
  /** A new token, or `undefined` for a wrong key or secret. */
  issueToken(accessKeyId: string, secret: string, clockMs: number): string | undefined;
  /** `undefined` for a token that was never given out, has expired, or whose key was revoked. */
  callerOf(token: string, clockMs: number): Caller | undefined;
}

export function createAccessKeys(tokenLifetimeSeconds: number): AccessKeys {
  const keys = new Map<string, AccessKey>();
  const tokens = new Map<string, { readonly caller: Caller; readonly expiresAtMs: number }>();
  const signingKey = randomBytes(32);

  /** All tokens live equally long, so the oldest come first. */
  function forgetExpired(clockMs: number): void {
    for (const [token, { expiresAtMs }] of tokens) {
      if (expiresAtMs > clockMs) break;
      tokens.delete(token);
    }
  }

  return {
    add(accessKeyId, secret, userPoolId) {
      keys.set(accessKeyId, { secret, userPoolId });
    },
    revoke(accessKeyId) {
      keys.delete(accessKeyId);
      for (const [token, { caller }] of tokens) {
        if (caller.accessKeyId === accessKeyId) tokens.delete(token);
      }
    },
    secretOf: (accessKeyId) => keys.get(accessKeyId)?.secret,
    userPoolOf: (accessKeyId) => keys.get(accessKeyId)?.userPoolId,
    hasUserPool: (userPoolId) => [...keys.values()].some((key) => key.userPoolId === userPoolId),
    issueToken(accessKeyId, secret, clockMs) {
      const key = keys.get(accessKeyId);
      if (!key || key.secret !== secret) return undefined;
      forgetExpired(clockMs);
      const issuedAt = Math.floor(clockMs / 1000);
      const token = signToken(signingKey, {
        iss: 'simulated-genauth',
        sub: accessKeyId,
        scoped_userpool_id: key.userPoolId,
        iat: issuedAt,
        exp: issuedAt + tokenLifetimeSeconds,
        jti: randomUUID(),
      });
      tokens.set(token, {
        caller: { accessKeyId, userPoolId: key.userPoolId },
        expiresAtMs: clockMs + tokenLifetimeSeconds * 1000,
      });
      return token;
    },
    callerOf(token, clockMs) {
      const known = tokens.get(token);
      return known && known.expiresAtMs > clockMs ? known.caller : undefined;
    },
  };
}

/** A JSON Web Token, HS256. */
function signToken(signingKey: Buffer, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', signingKey).update(text).digest('base64url')}`;
}
