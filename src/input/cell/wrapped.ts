import { clear, hasTwoParts, isDistinguishedName, isName, type Found, type IdKind } from './damage.ts';

const apostrophes = /^['’‘＇‚‛]+/;

/** Spreadsheets put one before text; copying leaves another behind it. */
export function findApostrophe(text: string, kind: IdKind): Found | undefined {
  if (apostrophes.test(text)) {
    const rest = text.replace(apostrophes, '').replace(/['’＇‘]+$/, '');
    return clear('begins with an apostrophe, which spreadsheets put before text', rest);
  }
  // Some names end with one.
  if (isName(kind) || kind === 'app_ids' || !/['’＇‘]$/.test(text)) return undefined;
  return clear('ends with an apostrophe', text.replace(/['’＇‘]+$/, ''));
}

const quotes = '"“”„‟«»‹›「」『』`´＂';
const around = new RegExp(`^\\\\?[${quotes}]+|\\\\?[${quotes}]+$`, 'g');
const anyQuote = new RegExp(`[${quotes}]`, 'g');

/** Quotation marks left around it, or at one end. Within a name they belong to it, as in `Anna "Nan" Vogel`. */
function findQuotes(text: string): Found | undefined {
  const rest = text.replaceAll(around, '');
  if (rest === text) return undefined;
  const left = rest.match(anyQuote)?.length ?? 0;
  if (left > 0 && (text.match(anyQuote)?.length ?? 0) % 2 === 0) return undefined;
  return clear('is wrapped in quotation marks', left > 0 ? undefined : rest);
}

const brackets: readonly (readonly [open: string, close: string])[] = [
  ['<', '>'],
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
  ['（', '）'],
  ['【', '】'],
  ['《', '》'],
  ['〈', '〉'],
  ['＜', '＞'],
  ['［', '］'],
];

const bracedGuid = /^\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}$/i;

function findBrackets(text: string, kind: IdKind): Found | undefined {
  // A GUID is written so by Windows.
  if (bracedGuid.test(text) && !isApp(kind) && kind !== 'phone' && kind !== 'email') return undefined;
  for (const [open, close] of brackets) {
    const [begins, ends] = [text.startsWith(open), text.endsWith(close)];
    if ((!begins && !ends) || (kind === 'app_ids' && open === '[')) continue;
    const inner = text.slice(begins ? 1 : 0, ends ? -1 : undefined);
    if (inner.includes(open) || inner.includes(close)) continue;
    if (begins && ends) return clear(`is wrapped in ${open}${close}`, inner);
    if (!isName(kind) && kind !== 'app_ids') {
      return clear(`has ${begins ? open : close} without ${begins ? close : open}`, inner);
    }
  }
  return undefined;
}

function isApp(kind: IdKind): boolean {
  return kind === 'app_id' || kind === 'app_ids';
}

/** How programs write an ID into their own text; the first group is what it was. */
const calls: readonly RegExp[] = [
  /^(?:new )?[A-Za-z_][\w.]*\(\s*["'`“‘]([^"'`”’]*)["'`”’]\s*\)$/,
  /^(?:new )?(?:ObjectId|UUID|GUID|[CJ]UUID|NumberLong|NumberInt|Int64|Long|Decimal(?:128)?|str|String)\(([^()]*)\)$/i,
  /^\{\s*["']?(?:\$\w+|_?id|value)["']?\s*:\s*["']?([^"':{}]+)["']?\s*\}$/i,
  /^[bru]{1,2}(?:'([^']*)'|"([^"]*)")$/i,
  /^\[([^\]]+)\]\((?:mailto:|tel:|https?:)[^)]*\)$/i,
];

const links =
  /^(?:mailto|smtp|tel|sms|callto|sips?|xmpp|whatsapp|skype)\s*[:：]\s*(?:\/\/)?([^?;]*)(?:[?;].*)?$/i;
const linksOfTwoParts = /^(?:mailto|smtp|tel):\s*(.*)$/i;

/** What people write before an ID to say what it is. */
const labels =
  /^(?:e-?mails?(?: address)?|mail|phone(?: number)?|mobile|user[ _-]?(?:id|name)|login|uid|id|external[ _-]?id|app(?:lication)?[ _-]?ids?|邮箱|电子邮箱|手机号?码?|电话|用户名|用户id|工号|应用id)\s*[:=：＝]\s*(.+)$/iu;

const namedAddress = /^[^<>＜＞]+[<＜]([^<>＜＞]+)[>＞][\s;,]*$/;
const tags = /<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>/gi;
const separators = ';,；，、|';
const atTheEnds = new RegExp(`^(?:\\s*[${separators}])+\\s*|(?:\\s*[${separators}])+\\s*$`, 'g');

/** An ID with something around it that is no part of it. */
export function findWrapping(text: string, kind: IdKind): Found | undefined {
  for (const call of calls) {
    const match = call.exec(text);
    if (match !== null && !(kind === 'app_ids' && text.startsWith('['))) {
      return clear('is wrapped in what a program writes around it', match[1] ?? match[2]);
    }
  }
  const link = (hasTwoParts(kind) ? linksOfTwoParts : links).exec(text)?.[1];
  if (link !== undefined) return clear(`begins with "${text.slice(0, text.search(/[:：]/) + 1)}"`, link);
  if (!hasTwoParts(kind) && !isDistinguishedName(text)) {
    const labelled = labels.exec(text)?.[1];
    if (labelled !== undefined) return clear('has in front of it what it is', labelled);
  }
  const found = findQuotes(text) ?? findBrackets(text, kind);
  if (found !== undefined) return found;
  const address = namedAddress.exec(text)?.[1];
  if (address !== undefined && kind !== 'app_ids' && (!isName(kind) || address.includes('@'))) {
    return clear('is a name with the ID in <>', address);
  }
  const untagged = text.replaceAll(tags, '');
  if (untagged !== text) return clear('holds tags of HTML or XML', untagged);
  if (kind === 'app_ids') return undefined;
  const stripped = text.replaceAll(atTheEnds, '');
  return stripped === text ? undefined : clear('has a separator at its end', stripped);
}
