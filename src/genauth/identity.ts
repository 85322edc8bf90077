/** Whom the calls are made for: what a resumed run must find again. The user pool when the token names it. */
export type Identity = { userPoolId: string } | { accessKeyId: string };

/** How an identity is called towards the user. */
export function nameOf(identity: Identity): string {
  return 'userPoolId' in identity ? `user pool ${identity.userPoolId}` : `access key ${identity.accessKeyId}`;
}
