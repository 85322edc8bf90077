import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { parseAst } from 'vite';
import { expect, test } from 'vitest';

import { stopMessage } from '../../src/execute/stop/stop-message.ts';
import { diskError } from '../../src/files/disk-error.ts';
import { createSpeaker } from '../../src/page/texts/speaker.ts';
import { uiZhCn } from '../../src/page/texts/ui/ui-zh-cn.ts';
import { zhCnAdvice, zhCnWords } from '../../src/page/texts/ui/zh-cn-advice.ts';
import { zhCnRefusals } from '../../src/page/texts/ui/zh-cn-refusals.ts';
import { genauth } from '../execute/replies.ts';

const source = path.resolve(import.meta.dirname, '../../src');

/** What the page passes on comes from everywhere but from the commands, the simulator, the library's door and the page itself. */
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter(
    (file) =>
      file.endsWith('.ts') &&
      !/^(?:commands|simulator|page\/(?:view|texts|document))\/|^index\.ts$/.test(file),
  )
  .sort();

/** Have no error of their own, and words for one, or for what looks odd. */
const further = [
  'execute/stop/stop-message.ts',
  'genauth/connection-errors.ts',
  'genauth/stop-advice.ts',
  'input/check-apps.ts',
  'input/check-row.ts',
  'input/findings.ts',
  'input/unmended.ts',
  'page/server/shown.ts',
  'survey/app-forms.ts',
  'survey/email-forms.ts',
  'survey/known-users.ts',
  'survey/oddities.ts',
  'survey/phone-forms.ts',
  'survey/protected-rows.ts',
  'survey/user-forms.ts',
  'workflow/look-for-sessions.ts',
];

const furtherRooms = /^(?:files|input\/(?:cell|columns|text|workbook)|run-folder|tenant|workflow)\//;

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Said {
  readonly file: string;
  readonly said: string;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

function isOwnError({ type, callee }: Node): boolean {
  return (
    type === 'NewExpression' &&
    isNode(callee) &&
    /^(?!Type|Range|Syntax).+Error$/.test(String(callee['name']))
  );
}

function has(node: Node, wanted: (node: Node) => boolean): boolean {
  return wanted(node) || childrenOf(node).some((child) => has(child, wanted));
}

/** What nobody is told: bugs, flags' help, types, and what is compared. */
function isPassedOver(node: Node): boolean {
  const { type, callee, key, operator } = node;
  if (type.startsWith('TS') || type === 'ImportDeclaration')
    return !['TSAsExpression', 'TSSatisfiesExpression'].includes(type);
  if (type === 'NewExpression')
    return isNode(callee) && /^(?:(?:Type|Range)?Error|RegExp)$/.test(String(callee['name']));
  if (type === 'Property') return isNode(key) && key['name'] === 'describe';
  return type === 'BinaryExpression' && /^[!=]==$/.test(String(operator));
}

/** A text as it may be said, with something in place of what is filled in. */
function textOf({ type, value, quasis }: Node): string | undefined {
  if (type === 'Literal') return typeof value === 'string' ? value : undefined;
  if (type !== 'TemplateLiteral' || !Array.isArray(quasis)) return undefined;
  return (quasis as { value: { cooked: string } }[])
    .map(({ value: { cooked } }, at) => (at === 0 ? cooked : `«${at}»${cooked}`))
    .join('');
}

function textsIn(node: Node): string[] {
  if (isPassedOver(node)) return [];
  const own = textOf(node);
  return [...(own === undefined ? [] : [own]), ...childrenOf(node).flatMap((child) => textsIn(child))];
}

/** Several words, and no list of them. */
function isSentence(text: string): boolean {
  const own = text.replaceAll(/«\d»/g, '');
  if (!/[a-z]{2}[^a-z]* .*[a-z]{2}/s.test(own)) return false;
  return own.split(' ').length < 6 || /(?<=^|\s)(?:a|an|as|has|is|of|than|the|to)(?=\s)/.test(own);
}

/** SQL, and what browsers and servers say to each other. */
const isOfMachines = (text: string): boolean =>
  /genauth_offboard\.|pg_| AS |^\s*(?:SELECT|CREATE)|^(?:GET|PUT|POST|PATCH|DELETE) \/api|charset=|HttpOnly|default-src|<[a-z]/.test(
    text,
  );

const saidByFile: Said[] = files.flatMap((file) => {
  const tree = parseAst(readFileSync(path.join(source, file), 'utf8'), { lang: 'ts' }) as unknown as Node;
  if (!furtherRooms.test(file) && !further.includes(file) && !has(tree, isOwnError)) return [];
  return textsIn(tree)
    .filter((said) => isSentence(said) && !isOfMachines(said))
    .map((said) => ({ file, said }));
});

const { known } = createSpeaker('zh-CN', {
  texts: uiZhCn,
  said: zhCnAdvice,
  sayings: zhCnRefusals,
  words: zhCnWords,
});

const sentences = Object.keys({ ...zhCnAdvice, ...zhCnRefusals });

/** Names of things inside, and magic words. */
const neverSaid = new Set([
  'command elsewhere',
  'machine elsewhere',
  'SQLite format 3',
  'PowerPoint Document',
  'genauth-offboard: the host of a run, 1',
  'yyyy-mm-dd hh:mm',
  // In the terminal, or the log.
  'the witness was answered',
  'At most «1» requests are in flight and not «2», as this process may have no more files open at once. For more, raise the limit first: ulimit -n «3»',
  // Before numbers, in sentences that the catalogue has with `{0}`, or leaves away.
  '1 row is',
  '1 user is',
  'That user',
  ' It holds "«1»"«2».',
  ' The first is line «1»«2»: «3»«4»',
]);

/** Whether it is a sentence, or a part of one, that has its own in the catalogue. */
function isInCatalogue(said: string): boolean {
  if (neverSaid.has(said)) return true;
  // A part may need what stands around it.
  if ([said, `«9» ${said.trim()}`, `«9» ${said.trim()}.`].some((form) => known(form) !== undefined))
    return true;
  if (zhCnWords.some(([word]) => new RegExp(word.source).test(said.replaceAll(/«\d+»/g, '1')))) return true;
  const parts = said
    .split(/«\d+»/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).trim());
  const whole = new RegExp(parts.join('.*'), 'is');
  return sentences.some((sentence) => whole.test(sentence));
}

test('whatever the program may say when it refuses something, or finds it odd, has its Chinese', () => {
  expect(saidByFile.length).toBeGreaterThan(400);
  expect(saidByFile.filter(({ said }) => !isInCatalogue(said))).toEqual([]);
});

test('nothing is filled into a Chinese sentence that the English one does not have', () => {
  const namesIn = (text: string): string[] =>
    (text.match(/\{=?\w+\}/g) ?? []).map((name) => name.replace('=', ''));
  for (const [english, own] of Object.entries(zhCnRefusals)) {
    expect(namesIn(english)).toEqual(expect.arrayContaining(namesIn(own)));
    expect([english, own]).toEqual([english, expect.stringMatching(/\p{Script=Han}|\{/u)]);
  }
});

test('what a disk says is in Chinese, for whatever was done', () => {
  const codes = [
    'ENOENT',
    'EISDIR',
    'EACCES',
    'EBUSY',
    'EMFILE',
    'ENOSPC',
    'EDQUOT',
    'EROFS',
    'EEXIST',
    'ELOOP',
    'EIO',
  ];
  for (const doing of ['read', 'make', 'copy', 'keep', 'sync'] as const) {
    for (const code of codes) {
      const told = diskError(doing, '/runs/a.csv', Object.assign(new Error(code), { code, syscall: 'open' }));
      expect([doing, code, known(told?.message ?? ''), known(told?.hint ?? '')]).toEqual([
        doing,
        code,
        expect.stringMatching(/^[^a-z]*(?:\/runs\/a\.csv)?[^a-z]*$/),
        expect.stringMatching(/\p{Script=Han}。$/u),
      ]);
    }
  }
});

test.each([
  [
    genauth(401, { message: 'Invalid accessKeySecret', forToken: true, requestIds: ['request-1'] }),
    'GenAuth 拒绝了该访问密钥（statusCode 401, "Invalid accessKeySecret", 请求 ID request-1）。',
  ],
  [genauth(500, { apiCode: 1300 }), 'GenAuth 不接受该签名（apiCode 1300）。'],
])('why a run has stopped is said in Chinese, with the words of GenAuth as they are: %#', (reply, own) => {
  expect(known(stopMessage({ reason: 'fatal', reply }).message)).toBe(own);
});

test.each([
  [
    'a.csv: there is no column for the user ID and none for the app IDs. Columns found: "A", "B" and 3 more.',
    'a.csv：没有“用户 ID”的列，也没有“应用 ID”的列。文件中的列："A", "B"，另有 3 列。',
  ],
  [
    'Every reply is kept: make them with: genauth-offboard report a',
    '所有应答都已保存：可用以下命令生成报告： genauth-offboard report a',
  ],
  [
    'a.csv: 3 rows are invalid, so nothing was sent. The first is line 2, "mail": whatever it is. It holds "x".',
    'a.csv：3 行无效，因此没有发送任何内容。',
  ],
  ['The user ID has "@"; expected one.', undefined],
  ['Is it the right file? And what is this.', undefined],
])('a sentence with others in it: %s', (said, own) => {
  expect(known(said)).toBe(own);
});
