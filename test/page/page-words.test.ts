import { expect, test } from 'vitest';

import { problemKinds } from '../../src/input/words/problem-kinds.ts';
import { credentials } from '../../src/settings/credentials.ts';
import { guardRules } from '../../src/settings/guard-options.ts';
import { columnRules, planRules } from '../../src/settings/plan-options.ts';
import { flagsOf } from '../../src/settings/rules.ts';
import { inPageWords, labelOf } from '../../src/page/texts/ui/page-words.ts';
import { createSpeaker } from '../../src/page/texts/speaker.ts';
import { uiEn } from '../../src/page/texts/ui-en.ts';
import { uiZhCn } from '../../src/page/texts/ui/ui-zh-cn.ts';
import { zhCnAdvice } from '../../src/page/texts/ui/zh-cn-advice.ts';

const { say } = createSpeaker('en', { texts: uiEn });
const inChinese = createSpeaker('zh-CN', { texts: uiZhCn, said: zhCnAdvice });
const chinese = inChinese.say;

test.each([
  [
    'Give --user-id-column <name>, spelled as in the file.',
    'Give “Column of the user IDs”, spelled as in the file.',
  ],
  ['--phone-country 86 strips +86 and 0086.', '“Country code of the phone numbers” 86 strips +86 and 0086.'],
  [
    'Check --host (or GENAUTH_HOST), the network and the proxy.',
    'Check “Address of GenAuth”, the network and the proxy.',
  ],
  ['GENAUTH_ACCESS_KEY_ID is missing.', '“Access key ID” is missing.'],
  ['The column "--app-ids" is empty.', 'The column "--app-ids" is empty.'],
  [
    'Check the disk, or give a folder on another disk with --out.',
    'Check the disk, or start genauth-offboard in a folder on another disk.',
  ],
  ['--give-up-after sets how long.', '--give-up-after sets how long.'],
])('what names flags names the fields of the page: %s', (said, shown) => {
  expect(inPageWords(said, say)).toBe(shown);
});

/** What the page asks otherwise, or not at all. */
const withoutField = new Set(['no-look-up', 'max-users', 'expect-sha256']);

test('each setting of a plan and its guards has a field, in each language', () => {
  const flags = { ...flagsOf(columnRules), ...flagsOf(planRules), ...flagsOf(guardRules) };
  const names = Object.keys(flags).filter((name) => !withoutField.has(name));
  expect(names.length).toBeGreaterThan(10);
  for (const each of [say, chinese]) {
    expect(names.filter((name) => labelOf(`--${name}`, each) === undefined)).toEqual([]);
  }
});

test('no advice about rows names a flag of the command line', () => {
  const advice = Object.values(problemKinds).map(({ whatToDo }) => inPageWords(whatToDo, say));
  expect(advice.filter((text) => / --(?!help|look-up)/.test(text))).toEqual([]);
});

test('what to do about rows is said in Chinese, with the fields of the page in it', () => {
  for (const { whatToDo } of Object.values(problemKinds)) {
    const left = inPageWords(inChinese.translate(whatToDo), chinese).replaceAll(
      /GenAuth|CSV UTF-8|Excel|why_invalid|ID/g,
      '',
    );
    expect([whatToDo, left]).toEqual([whatToDo, expect.not.stringMatching(/[A-Za-z]/)]);
  }
});

test('where the key is missing the page says where to fill it in', () => {
  let hint: string | undefined;
  try {
    credentials({}, {}, () => {});
  } catch (error) {
    ({ hint } = error as { hint?: string });
  }
  expect(inPageWords(hint ?? '', say)).toBe(uiEn['connect.fill_in']);
});
