import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who comes in: the one browser that has opened an address that was printed. */
export interface Door {
  /** `127.0.0.1:PORT`, as a browser names it. */
  readonly authority: string;
  readonly cookieName: string;
  /** A new address; it opens the door once, and the one before it no more. */
  newAddress(): string;
  /** @returns what to come in with, for the secret of the address, once; undefined for any other. Who came in before is out. */
  open(secret: string): Pass | undefined;
  hasCookie(cookie: string | undefined): boolean;
  hasKey(key: string | undefined): boolean;
}

/**
 * What a browser brings with what it asks for. Cookies know no ports: whatever else is opened on this machine gets the cookie, too, and can
 * do nothing with it, as it does not know the key in the path of all data.
 */
interface Pass {
  readonly cookie: string;
  readonly key: string;
}

/** The name in an address behind which its secret stands. */
export const secretName = 'secret';

/** @param random so many bytes that nobody can guess. */
export function createDoor(port: number, random: (size: number) => Buffer = randomBytes): Door {
  // A browser leaves the usual port away.
  const authority = port === 80 ? '127.0.0.1' : `127.0.0.1:${port}`;
  let secret: string | undefined;
  let pass: Pass | undefined;
  return {
    authority,
    // Another of its kind on this machine has its own.
    cookieName: `genauth-offboard-${port}`,
    newAddress() {
      secret = random(32).toString('base64url');
      return `http://${authority}/?${secretName}=${secret}`;
    },
    open(given) {
      if (!isSame(given, secret)) return undefined;
      secret = undefined;
      pass = { cookie: random(32).toString('base64url'), key: random(32).toString('base64url') };
      return pass;
    },
    hasCookie: (cookie) => isSame(cookie, pass?.cookie),
    hasKey: (key) => isSame(key, pass?.key),
  };
}

/** In a time that says nothing of where they differ. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** What of a request says where it comes from. */
export interface Comer {
  readonly method: string;
  readonly path: string;
  /** Of the path, where data is asked for. */
  readonly key: string | undefined;
  /** Headers; undefined where they are not there. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly cookie: string | undefined;
}

export type Admission = 'in' | 'other_host' | 'other_origin' | 'no_session';

/** Takes the key out of a path: `/api/KEY/runs` is `/api/runs`. */
export function placeIn(path: string): Pick<Comer, 'path' | 'key'> {
  const [, key, rest] = /^\/api\/([\w-]{43})(\/.*)$/.exec(path) ?? [];
  return { path: rest === undefined ? path : `/api${rest}`, key };
}

/**
 * A name that leads to this machine all the same (DNS rebinding), pages of others, and who has no session stay outside. What a page of
 * another port of this machine asks for would bring the cookie, as a site has no port.
 */
export function admit(comer: Comer, door: Door): Admission {
  const { method, path, key, host, origin, fetchSite, cookie } = comer;
  if (host !== door.authority) return 'other_host';
  if (origin !== undefined && origin !== `http://${door.authority}`) return 'other_origin';
  const isReading = method === 'GET' || method === 'HEAD';
  // Browsers send it with whatever may change something.
  if (!isReading && origin === undefined) return 'other_origin';
  const isElsewhere = fetchSite === 'cross-site' || fetchSite === 'same-site';
  const isData = path.startsWith('/api/');
  if (isElsewhere && isData) return 'other_origin';
  const isIn = door.hasCookie(cookieOf(cookie, door.cookieName)) && (!isData || door.hasKey(key));
  return isIn ? 'in' : 'no_session';
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const found = header?.split(/; */).find((each) => each.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
