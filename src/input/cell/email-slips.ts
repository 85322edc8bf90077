import { clear, hasTwoParts, isName, type Found, type IdKind } from './damage.ts';

/** Between addresses, and never in one. */
const betweenAddresses = /[\s;,<>()；，、|：/&]+/u;
const wholeAddress = /^[^@]+@[^@.]+(?:\.[^@.]+)+$/;
const plainLocal = /^[\w.+-]+$/;

/** Whether a text is an email address, right or not, or is to be one. */
export function isToBeEmail(text: string, kind: IdKind): boolean {
  return kind === 'email' || (text.includes('@') && !isName(kind) && !hasTwoParts(kind));
}

/** One address that was mistyped, and not more than one value. */
export function findEmailSlip(text: string, kind: IdKind): Found | undefined {
  if (kind === 'app_id' || kind === 'phone' || !text.includes('@') || !isToBeEmail(text, kind))
    return undefined;
  if (/^"[^"]*"@[^@]+$/.test(text)) return undefined;
  const parts = text.split(betweenAddresses);
  if (text.indexOf('@') !== text.lastIndexOf('@')) {
    return parts.filter((part) => part.includes('@')).length > 1
      ? undefined
      : clear('holds "@" more than once: a slip, or two addresses run together; expected one address');
  }
  const slip = findSignSlip(text);
  if (slip !== undefined) return clear(slip);
  const repair = withoutSlips(text);
  if (parts.length === 1 && (repair === undefined || repair === text)) return undefined;
  const [what, isAlone] = signIn(text);
  // What stands before a whole address may be its first half, and what stands behind it is something else.
  const [first = '', second = ''] = parts;
  const isHalf = isAlone && /^[\w.+@-]+$/.test(first) && !wholeAddress.test(first) && !others.test(text);
  const isBroken = !parts.some((part) => wholeAddress.test(part));
  if (repair === undefined && !(isHalf && (isBroken || second.includes('@')))) return undefined;
  return clear(`holds ${what}, as no email address does; expected one address`, repair);
}

/** What else than spaces and commas stands between values. */
const others = /[;；、|/&<>()：]/u;

/** The sign that belongs into no address, and whether it is the only one. */
function signIn(text: string): readonly [string, boolean] {
  if (/\s/u.test(text)) return ['a space', /^\S+\s\S+$/u.test(text)];
  if (text.includes(',')) return ['a comma', /^[^,]+,[^,]+$/u.test(text)];
  return ['a full stop of another script', false];
}

/** Goes on from "The user ID". */
function findSignSlip(text: string): string | undefined {
  const at = text.indexOf('@');
  const domain = text.slice(at + 1);
  if (at === 0) return 'has nothing before its "@"; expected an email address';
  if (domain === '') return 'has nothing behind its "@"; expected an email address';
  if (domain.includes('..'))
    return 'has two dots behind its "@" that follow each other; expected an email address';
  return /^\.|\.$/.test(domain)
    ? 'has a dot at one end of what stands behind its "@"; expected an email address'
    : undefined;
}

/** A comma where a dot belongs, or spaces around "@", and nothing else; undefined where that is not all. */
function withoutSlips(text: string): string | undefined {
  const [local = '', domain = ''] = text.split('@');
  const mended = domain
    .trim()
    .replaceAll(/\s*\.\s*/gu, '.')
    .replaceAll(/[,。]/gu, '.');
  const repair = `${local.trim()}@${mended}`;
  return plainLocal.test(local.trim()) && /^(?:[a-z\d-]+\.)+[a-z]{2,}$/i.test(mended) ? repair : undefined;
}
