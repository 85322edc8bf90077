import {
  clear,
  doubtful,
  hasTwoParts,
  isDistinguishedName,
  isName,
  type Found,
  type IdKind,
} from './damage.ts';
import { isToBeEmail } from './email-slips.ts';

/** None of these stands in an ID. */
const betweenIds = /[;；、，]/;
/** `auth0|5f7c`, `samlp|connection|ada`: the connection that a user signs in with stands before the ID. */
const ofConnection = /^(?:auth0|(?:[a-z]+-)*(?:[a-z]{2,}|oauth\d))(?:\|[^|\s]+){1,3}$/;
/** `Doe, Jane`, as directories show people. */
const surnameFirst = /^\p{Lu}[\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]+)*, \p{Lu}[\p{L}\p{M}'’. -]*$/u;
/** What may stand in an ID as well, and so counts only between IDs that look alike. */
const maybeBetween = /\s*(?:[/&\s]|(?<=\s)(?:and|und|or|oder|et|y|e|ou|o|plus)(?=\s)|和|及|与|或)\s*/u;
/** E.164 allows no more. */
const maxPhoneDigits = 15;

const several = 'holds more than one value; expected one ID in each row';

/** Two IDs in one cell, or an ID with something else beside it. */
export function findSeveral(text: string, kind: IdKind): Found | undefined {
  if (kind === 'app_ids' || text.length > 1000) return undefined;
  if (kind === 'phone') return inPhone(text);
  if (isToBeEmail(text, kind)) return inEmail(text);
  if (/[^\s]@[^\s@]+\.[^\s@]+[^@]*[^\s]@[^\s@]+\.[^\s@]/.test(text)) return clear(several);
  const isDn = isDistinguishedName(text);
  if (betweenIds.test(text)) return clear(several);
  if (text.includes('|') && !isOfConnection(text, kind)) return clear(several);
  if (text.includes(',') && !isDn) {
    return isName(kind) && surnameFirst.test(text)
      ? doubtful("may hold more than one value, or somebody's name")
      : clear(several);
  }
  if (isDn) return undefined;
  if (areAlike(text.split(maybeBetween))) return clear(several);
  if (isName(kind) || !/\s/u.test(text)) return undefined;
  const says = 'holds a space, as no ID of its type does; expected one ID in each row';
  return hasTwoParts(kind) ? doubtful(says) : clear(says);
}

function isOfConnection(text: string, kind: IdKind): boolean {
  const id = hasTwoParts(kind) ? text.slice(text.indexOf(':') + 1) : text;
  return ofConnection.test(id) && (id.startsWith('auth0|') || !areAlike(id.split('|')));
}

function inEmail(text: string): Found | undefined {
  const ats = text.split('@').length - 1;
  if (ats > 1 && !/^"[^"]*"@[^@]+$/.test(text)) return clear(several);
  if (!/[\s;,<>()；，、|：]/u.test(text)) return undefined;
  return clear('is more than an email address; expected one address in each row');
}

/** Signs between the digits of one number are not meant. */
function inPhone(text: string): Found | undefined {
  if (/@.*@/s.test(text)) return clear(several);
  const numbers = text
    .split(/[;,；，、|/&\n]|\b(?:and|or|und|oder)\b|和|或/u)
    .filter((part) => /\d/.test(part));
  const digits = text.replace(/^(?:\+|00)/, '').replaceAll(/\D/g, '').length;
  if (numbers.length > 1 || (digits > maxPhoneDigits && /\D/.test(text.slice(1)))) return clear(several);
  return undefined;
}

/** All are IDs by their look, and of one make: `HR-1 HR-2`, and not `Jean Exemple`. */
function areAlike(parts: readonly string[]): boolean {
  const [first = '', ...others] = parts;
  if (others.length === 0 || parts.some((part) => part.length < 4 || !/[\d@._]/.test(part))) return false;
  if (parts.every((part) => /^[\da-f]{24}$/i.test(part) || /^[\da-f-]{32,36}$/i.test(part))) return true;
  const make = makeOf(first);
  return others.every((part) => makeOf(part) === make);
}

/** `leaver.one` is `a.a`, `HR-17` is `A-9`. */
function makeOf(text: string): string {
  return text
    .replaceAll(/\p{Lu}[\p{Lu}]*/gu, 'A')
    .replaceAll(/[\p{Ll}\p{Lo}]+/gu, 'a')
    .replaceAll(/\d+/g, '9');
}
