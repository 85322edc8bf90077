import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { advise } from '../../src/report/advice.ts';
import { rowStatuses } from '../../src/report/row-status.ts';
import type { Stop } from '../../src/execute/stop/stop.ts';
import { stopKey } from '../../src/page/report/ended.ts';
import { en, type Text } from '../../src/page/texts/en.ts';
import { createSpeaker, languageFor } from '../../src/page/texts/speaker.ts';
import { uiEn } from '../../src/page/texts/ui-en.ts';
import { uiZhCn } from '../../src/page/texts/ui/ui-zh-cn.ts';
import { zhCn } from '../../src/page/texts/zh-cn.ts';
import { zhCnProblems } from '../../src/page/texts/zh-cn-problems.ts';
import { problemKinds } from '../../src/input/words/problem-kinds.ts';

const forms = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const filled = (text: Text): string[] =>
  [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

test('what is filled into a text is the same in each language', () => {
  const pairs: [Record<string, Text>, Record<string, Text>][] = [
    [en, zhCn],
    [uiEn, uiZhCn],
  ];
  for (const [english, chinese] of pairs) {
    const named = (texts: Record<string, Text>) =>
      Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, filled(text)]));
    expect(named(chinese)).toEqual(named(english));
  }
});

const pageFolder = path.resolve(import.meta.dirname, '../../src/page');

/** All sources of the page but for the texts themselves, and the types of user IDs. */
const sources = ['../input/words/user-id-type.ts']
  .concat(readdirSync(pageFolder, { recursive: true, encoding: 'utf8' }))
  .filter(
    (file) => /\.tsx?$/.test(file) && (!file.startsWith('texts') || /(?:speaker|page-words)\.ts$/.test(file)),
  )
  .map((file) => readFileSync(path.join(pageFolder, file), 'utf8'))
  .join('\n');

test('every text is said somewhere: by its whole key, or by the begin of it and a name that stands in the sources', () => {
  const beginnings = [...sources.matchAll(/`([a-z]+\.\w*)\$\{/g)].map(([, beginning = '']) => beginning);
  const isSaid = (key: string): boolean =>
    sources.includes(`'${key}'`) ||
    beginnings.some(
      (beginning) => key.startsWith(beginning) && sources.includes(`'${key.slice(beginning.length)}'`),
    );
  expect(Object.keys({ ...en, ...uiEn }).filter((key) => !isSaid(key))).toEqual([]);
});

test('why a row is invalid is said in Chinese by the kind of what is wrong, and in English as the program says it', () => {
  expect(Object.keys(zhCnProblems)).toEqual(Object.keys(problemKinds));
  const problems = [
    ['user_id', 'no_user_id'],
    ['(row)', 'header'],
  ] as const;
  const said = 'user_id: The user ID is empty; every row needs one.';
  expect(createSpeaker('zh-CN').reason(said, problems)).toBe('user_id：没有用户 ID；整行：文件中间的表头');
  expect(createSpeaker('en').reason(said, problems)).toBe(said);
  expect(createSpeaker('zh-CN').reason('the connection was reset (ECONNRESET)', [])).toBe(
    '连接被重置 (ECONNRESET)',
  );
  expect(
    createSpeaker('zh-CN').reason('Never sent: the user stands in line 3 of the --protect list', []),
  ).toBe('从未发送：该用户在 --protect 名单的第 3 行');
});

test('all advice that the program gives can be said in Chinese', () => {
  const { translate } = createSpeaker('zh-CN');
  const codes = [undefined, 2004, 2005, 2011, 2120008, 2130010, 9999];
  const statusCodes = [undefined, 200, 400, 403, 404, 409, 413, 422, 500, 418];
  const booleans = [true, false];
  for (const status of rowStatuses.filter((each) => each !== 'succeeded')) {
    for (const apiCode of codes) {
      for (const statusCode of statusCodes) {
        for (const errorCode of [undefined, 'ECONNRESET']) {
          for (const isUnanswered of booleans) {
            for (const isLeftOut of booleans) {
              for (const isOpen of booleans) {
                const refusal = { apiCode, statusCode, errorCode, isUnanswered, isLeftOut, isOpen };
                const said = advise(status, refusal);
                // Names of commands, flags and files stay.
                const left = translate(said).replaceAll(/`[^`]*`|--[\w-]+|[\w-]+\.csv|GenAuth|ID/g, '');
                expect([said, left]).toEqual([said, expect.not.stringMatching(/[A-Za-z]/)]);
              }
            }
          }
        }
      }
    }
  }
});

/** Each that there is, or this does not compile. */
const stops: Readonly<Record<Stop['reason'], true>> = {
  interrupted: true,
  unauthorized: true,
  fatal: true,
  forbidden: true,
  unreachable: true,
  server_down: true,
  throttled: true,
  failures: true,
  canary: true,
  journal: true,
};

test('why a process has stopped is said in words, whatever it was', () => {
  expect(Object.keys(stops).filter((reason) => stopKey(reason) === undefined)).toEqual([]);
  expect(stopKey('of_another_version')).toBeUndefined();
});

test('numbers, plural forms, times and durations are those of the language', () => {
  const english = createSpeaker('en');
  expect(english.say('rows.found', { count: 1 })).toBe('1 row fits.');
  expect(english.say('rows.found', { count: 12_345 })).toBe('12,345 rows fit.');
  expect(english.time(0)).toBe('Jan 1, 1970, 00:00:00 UTC');
  expect(english.duration(90_000)).toBe('1 min 30 sec');
  expect(english.duration(250)).toBe('250 ms');
  const chinese = createSpeaker('zh-CN');
  expect(chinese.say('rows.found', { count: 1 })).toBe('1 行符合。');
  expect(chinese.time(0)).toBe('1970年1月1日 00:00:00 UTC');
  expect(chinese.duration(90_000_000)).toBe('1天 1小时');
});

test.each([
  [['zh-TW', 'en'], 'zh-CN'],
  [['de-DE', 'zh'], 'zh-CN'],
  [['de', 'en-GB', 'zh'], 'en'],
  [['de'], 'en'],
  [[], 'en'],
])('a browser that asks for %j gets %s', (asked, language) => {
  expect(languageFor(asked)).toBe(language);
});
