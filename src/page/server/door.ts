import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who comes in: the one browser that has opened an address that was printed. */
export interface Door {
  /** `127.0.0.1:PORT`, as a browser names it. */
  readonly authority: string;
  readonly cookieName: string;
  /** A new address; it opens the door once, and the one before it no more. */
  newAddress(): string;
  /** @returns the cookie's value for the secret of the address, once; undefined for any other. Who came in before is out. */
  open(secret: string): string | undefined;
  isIn(cookie: string | undefined): boolean;
}

/** The name in an address behind which its secret stands. */
export const secretName = 'secret';

/** @param random so many bytes that nobody can guess. */
export function createDoor(port: number, random: (size: number) => Buffer = randomBytes): Door {
  // A browser leaves the usual port away.
  const authority = port === 80 ? '127.0.0.1' : `127.0.0.1:${port}`;
  let secret: string | undefined;
  let token: string | undefined;
  return {
    authority,
    // Cookies do not know ports: another of its kind on this machine has its own.
    cookieName: `genauth-offboard-${port}`,
    newAddress() {
      secret = random(32).toString('base64url');
      return `http://${authority}/?${secretName}=${secret}`;
    },
    open(given) {
      if (secret === undefined || !isSame(given, secret)) return undefined;
      secret = undefined;
      token = random(32).toString('base64url');
      return token;
    },
    isIn: (cookie) => cookie !== undefined && token !== undefined && isSame(cookie, token),
  };
}

/** In a time that says nothing of where they differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** What of a request says where it comes from. */
export interface Comer {
  readonly method: string;
  readonly path: string;
  /** Headers; undefined where they are not there. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly cookie: string | undefined;
}

export type Admission = 'in' | 'other_host' | 'other_origin' | 'no_session';

/**
 * A name that leads to this machine all the same (DNS rebinding), pages of others, and who has no session stay outside. What a page of
 * another port of this machine asks for would bring the cookie, as a site has no port.
 */
export function admit({ method, path, host, origin, fetchSite, cookie }: Comer, door: Door): Admission {
  if (host !== door.authority) return 'other_host';
  if (origin !== undefined && origin !== `http://${door.authority}`) return 'other_origin';
  const isReading = method === 'GET' || method === 'HEAD';
  // Browsers send it with whatever may change something.
  if (!isReading && origin === undefined) return 'other_origin';
  const isElsewhere = fetchSite === 'cross-site' || fetchSite === 'same-site';
  if (isElsewhere && path.startsWith('/api/')) return 'other_origin';
  return door.isIn(cookieOf(cookie, door.cookieName)) ? 'in' : 'no_session';
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const found = header?.split(/; */).find((each) => each.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}
