import { clear, doubtful, isName, type Found, type IdKind } from './damage.ts';

/** Months as Excel writes them in English, German, French, Spanish, Italian and Portuguese, short and long. */
const months = new Set(
  [
    'Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec',
    'January February March April June July August September October November December',
    'Jän Mrz Mär Mai Okt Dez Jänner Januar Februar März Juni Juli Oktober Dezember',
    'janv févr mars avr mai juin juil août sept oct nov déc',
    'janvier février avril juillet septembre octobre novembre décembre',
    'ene feb mar abr may jun jul ago sep set dic',
    'enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre',
    'gen apr mag giu lug ott gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre',
    'jan fev out dez janeiro fevereiro março maio junho julho setembro outubro novembro dezembro',
  ].flatMap((list) => list.split(' ')),
);
const foldedMonths = new Set([...months].map((month) => month.toLowerCase()));

const weekdays = new Set(
  [
    'mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday',
    'mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag',
    'lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche',
    'lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica',
    'segunda terça quarta quinta sexta feira segunda-feira',
  ].flatMap((list) => list.split(' ')),
);
const fillers = new Set(['de', 'of', 'del', 'do', 'the']);

const time = String.raw`(?:[T\s]+(?:上午|下午|午前|午後)?\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?|Z|[+-]\d{2}:?\d{2})?)`;
const number = '[\\d〇零一二三四五六七八九十元]{1,4}';
/** `3月4日`, `2025年3月`, `令和7年3月4日`, with a weekday or a time behind it */
const eastern = new RegExp(
  `^(?:(?:明治|大正|昭和|平成|令和|民國|民国|西暦)?${number}年(?:${number}月(?:${number}日)?)?|${number}月(?:${number}日)?)\\s*(?:[(（]?(?:星期|周|週)?[一二三四五六日天月火水木金土](?:曜日)?[)）]?)?${time}?$`,
);
const dayFirst = new RegExp(`^(\\d{1,2})([./-])\\s?(\\d{1,2})\\2\\s?(\\d{4}|\\d{2})(${time})?$`);
const yearFirst = new RegExp(`^(\\d{4})([./-])\\s?(\\d{1,2})\\2\\s?(\\d{1,2})\\.?(${time})?$`);
const anyTime = new RegExp(`${time}$`);

/** A number of up to four digits stands by itself, or a sign of the calendar does. */
const mayBeDate = /[年月]|(?:^|[\s.,/’'-])\d{1,4}(?:er|º|°|st|nd|rd|th)?(?![\p{L}\p{N}])/u;

const says = 'looks like a date, into which spreadsheets turn IDs such as 3-4 or MAR1';

/** What becomes of `3-4`, `MAR1` or `12-DEC` in a spreadsheet, or another date in place of an ID. */
export function findDate(text: string, kind: IdKind): Found | undefined {
  if (text.length > 45 || !mayBeDate.test(text)) return undefined;
  const isDate = eastern.test(text) || isOfNumbers(text) || isOfWords(text);
  if (!isDate) return undefined;
  // Somebody may be called so, or be numbered so by hyphens and dots.
  const isLikeId = kind === 'username' || (isName(kind) && likeIds.test(text));
  return isLikeId ? doubtful(says) : clear(says);
}

/** `2025-03-04` and `3.4.25`: unlike the dates of most languages these are made as many IDs are. */
const likeIds = /^[\d-]+$|^\d{1,2}\.\d\.\d{2}$|^\d\.\d{1,2}\.\d{2}$/;

function isOfNumbers(text: string): boolean {
  const [, one, , two, year = ''] = dayFirst.exec(text) ?? [];
  if (one !== undefined) return isDayAndMonth(Number(one), Number(two)) && isYear(year);
  const [, first = '', , month, day] = yearFirst.exec(text) ?? [];
  return first !== '' && isYear(first) && isDayAndMonth(Number(month), Number(day));
}

function isDayAndMonth(one: number, other: number): boolean {
  return one >= 1 && other >= 1 && Math.min(one, other) <= 12 && Math.max(one, other) <= 31;
}

function isYear(text: string): boolean {
  return text.length === 2 || /^(?:19|20)\d\d$/.test(text);
}

/** `01. Mrz`, `Mar-25`, `4 de marzo de 2025`: the month in its own letters where nothing but one number stands with it. */
function isOfWords(text: string): boolean {
  const words = text
    .replace(anyTime, '')
    .split(/[\s.,/’'\u00a0\u202f-]+/)
    .filter((word) => word !== '');
  const numbers = words.filter((word) => /^\d{1,4}(?:er|º|°|st|nd|rd|th)?$/.test(word));
  const others = words.filter((word) => !numbers.includes(word) && !fillers.has(word.toLowerCase()));
  if (numbers.length === 0 || numbers.length > 2 || !numbers.every(isDayOrYear)) return false;
  const isMonth = (word: string): boolean =>
    months.has(word) || (numbers.length === 2 && foldedMonths.has(word.toLowerCase()));
  const rest = others.filter((word) => !isMonth(word));
  return rest.length < others.length && rest.every((word) => weekdays.has(word.toLowerCase()));
}

function isDayOrYear(text: string): boolean {
  const digits = /^\d+/.exec(text)?.[0] ?? '';
  return digits.length <= 2 || (digits === text && isYear(digits));
}
