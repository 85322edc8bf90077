import { en, type Text, type TextKey } from './en.ts';
import { createSayings, type Sayings } from './sayings.ts';
import type { UiKey } from './ui-en.ts';
import { zhCn, zhCnSaid } from './zh-cn.ts';
import { zhCnProblems } from './zh-cn-problems.ts';

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** How each calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '中文' };

const catalogues: Readonly<Record<Language, Readonly<Record<TextKey, Text>>>> = { en, 'zh-CN': zhCn };

type Values = Readonly<Record<string, string | number>>;

/** Says all that the page says, in one language. */
export interface Speaker {
  readonly language: Language;
  /** @param values for what stands in braces; numbers in the language's own form. `count` decides the plural form. */
  say(key: TextKey | UiKey, values?: Values): string;
  /**
   * Why a row is invalid. @param said in English. @param problems by column and kind, which other languages tell by; `(row)` for a column
   * where the whole row is meant.
   */
  reason(said: string, problems: readonly (readonly [column: string, kind: string])[]): string;
  /** What the program itself has said in English; as it stands where the catalogue does not know it. */
  translate(said: string): string;
  /** The same, undefined where the catalogue does not know all of it. */
  known(said: string): string | undefined;
  number(value: number): string;
  /** @param at ms since the epoch, or ISO 8601. @returns in UTC, which it names. */
  time(at: number | string): string;
  /** The time of the day alone, in UTC. */
  clock(at: number): string;
  duration(ms: number): string;
}

/** What the page of `ui` says beside the report: its own texts, and sentences of the program in its language. */
interface OfUi {
  readonly texts?: Readonly<Partial<Record<UiKey, Text>>>;
  readonly said?: Readonly<Record<string, string>>;
  /** Whole sentences, with what is filled in. */
  readonly sayings?: Sayings;
  /** Words in what is filled in. */
  readonly words?: Words;
}

type Words = readonly (readonly [said: RegExp, own: string])[];

/** @param ui what the report has no use for. */
export function createSpeaker(language: Language, ui: OfUi = {}): Speaker {
  const texts: Readonly<Partial<Record<TextKey | UiKey, Text>>> = { ...catalogues[language], ...ui.texts };
  const plural = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const inUtc = { timeZone: 'UTC', hourCycle: 'h23' } as const;
  const times = new Intl.DateTimeFormat(language, { ...inUtc, dateStyle: 'medium', timeStyle: 'medium' });
  const clocks = new Intl.DateTimeFormat(language, { ...inUtc, timeStyle: 'medium' });

  function formOf(text: Text, count: unknown): string {
    if (typeof text === 'string') return text;
    const form = typeof count === 'number' ? plural.select(count) : 'other';
    return text[form] ?? text.other ?? '';
  }

  const shown = (value: string | number | undefined): string =>
    typeof value === 'number' ? numbers.format(value) : (value ?? '');

  // The longest first, as one sentence may be the begin of another.
  const sentences = Object.entries({ ...zhCnSaid, ...ui.said }).sort(([a], [b]) => b.length - a.length);
  const inWords = (said: string): string => replaced(said, ui.words ?? []);
  const sayings = createSayings({ ...zhCnSaid, ...ui.said, ...ui.sayings }, inWords);

  const known = (said: string): string | undefined => (language === 'en' ? said : sayings(said));
  const translate = (said: string): string => known(said) ?? translated(inWords(said), sentences);

  return {
    language,
    say: (key, values = {}) =>
      formOf(texts[key] ?? key, values['count']).replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        shown(values[name]),
      ),
    reason: (said, problems) =>
      problems.length === 0 ? translate(said) : language === 'en' ? said : reasonsOf(problems),
    translate,
    known,
    number: (value) => numbers.format(value),
    time: (at) => `${times.format(new Date(at))} UTC`,
    clock: (at) => clocks.format(at),
    duration: (ms) => durationIn(language, ms),
  };
}

function translated(said: string, sentences: readonly (readonly [english: string, own: string])[]): string {
  let text = said;
  for (const [english, own] of sentences) text = text.replaceAll(english, own);
  return text.replaceAll(/(?<=[。：）]) /g, '');
}

function replaced(said: string, words: Words): string {
  let text = said;
  for (const [word, own] of words) text = text.replace(word, own);
  return text;
}

function reasonsOf(problems: Parameters<Speaker['reason']>[1]): string {
  return problems
    .map(([column, kind]) => `${column === wholeRow ? '整行' : column}：${zhCnProblems[kind] ?? kind}`)
    .join('；');
}

/** In place of a column's name. */
const wholeRow = '(row)';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** In its two largest units. */
function durationIn(language: Language, ms: number): string {
  const format = (value: number, unit: string): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    }).format(value);
  const first = units.findIndex(([, size]) => ms >= size);
  const unit = units[first];
  if (unit === undefined) return format(Math.round(ms), 'millisecond');
  const [name, size] = unit;
  if (name === 'second') return format(ms / size, name);
  const [smaller, smallerSize] = units[first + 1] ?? ['second', 1000];
  const whole = Math.floor(ms / size);
  const rest = Math.floor((ms - whole * size) / smallerSize);
  return rest === 0 ? format(whole, name) : `${format(whole, name)} ${format(rest, smaller)}`;
}

/** The best of what the browser asks for. */
export function languageFor(asked: readonly string[]): Language {
  const found = asked.map((tag) => tag.toLowerCase()).find((tag) => /^(en|zh)\b/.test(tag));
  return found?.startsWith('zh') === true ? 'zh-CN' : 'en';
}
