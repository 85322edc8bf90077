import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { commandsFor } from '../../src/commands/commands.ts';
import { main } from '../../src/commands/main.ts';
import type { Refusal, State } from '../../src/page/state.ts';
import { inPageWords } from '../../src/page/texts/ui/page-words.ts';
import { createSpeaker } from '../../src/page/texts/speaker.ts';
import { uiZhCn } from '../../src/page/texts/ui/ui-zh-cn.ts';
import { zhCnAdvice, zhCnWords } from '../../src/page/texts/ui/zh-cn-advice.ts';
import { zhCnRefusals } from '../../src/page/texts/ui/zh-cn-refusals.ts';
import { credentialsOf, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { isStep, keyOf, leavers, openPage, refusalIn, surveyed, toPlan, type Tab } from './open-page.ts';

const app = '66a1bb000000000000000001';

/** What the command line says on stderr. */
async function said(environment: Readonly<Record<string, string>>, argv: readonly string[]): Promise<string> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let text = '';
  stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const crash = { secrets: new Set<string>(), resumeCommand: undefined, argv: [] };
  const never = new AbortController().signal;
  const signals = { stopSignal: never, abortSignal: never, interrupt: () => {} };
  const terminal = { stdin, stdout, stderr, environment, crash, ...signals };
  await main(argv, terminal, await commandsFor(argv));
  return text;
}

function expectSame(what: string, { message, hint }: Refusal, words: string): void {
  expect([what, withoutIds(words)]).toEqual([what, expect.stringContaining(withoutIds(message))]);
  expect([what, words]).toEqual([what, expect.stringContaining(hint ?? '')]);
}

const { known, say } = createSpeaker('zh-CN', {
  texts: uiZhCn,
  said: zhCnAdvice,
  sayings: zhCnRefusals,
  words: zhCnWords,
});

/** What many meet. */
function expectInChinese(refusal: Refusal | null | undefined): void {
  const { message, hint } = refusal ?? { message: '', hint: null };
  const said = [message, hint ?? message].map((text) => inPageWords(known(text) ?? '', say));
  expect([message, said]).toEqual([message, [inHan, inHan]]);
}

const inHan: unknown = expect.stringMatching(/\p{Script=Han}/u);

function withoutIds(text: string): string {
  return text.replaceAll(/request ID [\da-f-]+/g, 'request ID');
}

async function settled(tab: Tab, settings: object): Promise<Refusal | null> {
  const answer = await tab.send('PATCH', '/api/settings', settings);
  if (answer.status === 422) return refusalIn(answer);
  const { survey } = await surveyed(tab, answer);
  return survey.is === 'refused' || survey.is === 'ready' ? survey.refusal : null;
}

test('settings and files are refused in the words of the command line', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  await toPlan(tab, server, leavers(1));
  const folder = temporaryFolder();
  const cases: readonly (readonly [file: string, settings: Record<string, string>])[] = [
    ['fine', { canary: 'some' }],
    ['fine', { 'stop-after-failures': '200%' }],
    ['fine', { timeout: '10' }],
    ['fine', { 'user-id-type': 'mail' }],
    ['fine', { 'user-id-column': 'nobody' }],
    ['fine', { 'app-ids': 'N/A' }],
    ['fine', { sheet: 'Leavers' }],
    ['fine', { delimiter: 'space' }],
    ['fine', { 'max-users': '1' }],
    ['fine', { 'expect-sha256': 'ab'.repeat(32) }],
    ['invalid', {}],
    ['empty', {}],
    ['nothing', {}],
    ['unclear', {}],
    ['picture', {}],
  ];
  const files: Readonly<Record<string, Buffer>> = {
    fine: leavers(2),
    invalid: Buffer.from(`external_id,app_ids\nN/A,${app}\nu-1,${app}\n`),
    empty: Buffer.from('external_id,app_ids\n'),
    nothing: Buffer.alloc(0),
    unclear: Buffer.from(`number,tool\n1001,${app}\n`),
    picture: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  };
  for (const [name, settings] of cases) {
    const what = `${name} ${JSON.stringify(settings)}`;
    const bytes = files[name] ?? Buffer.alloc(0);
    await surveyed(tab, await tab.send('PUT', `/api/file?name=${name}.csv`, bytes));
    const refusal = await settled(tab, settings);
    const undo = Object.fromEntries(Object.keys(settings).map((key) => [key, null]));
    await tab.send('PATCH', '/api/settings', undo);
    const file = path.join(folder, `${name}.csv`);
    writeFileSync(file, bytes);
    const flags = Object.entries(settings).flatMap(([flag, value]) => [`--${flag}`, value]);
    const words = await said(credentialsOf(server), ['run', file, '--yes', ...flags]);
    if (refusal === null) throw new Error(`not refused: ${what}; the command line says ${words}`);
    expectSame(what, refusal, words.replaceAll(folder, ''));
    expectInChinese(refusal);
  }
  expect(server.log).toEqual([]);
});

test('what a refusal proposes can be sent as it is, and decides', async () => {
  const page = await openPage();
  const tab = await page.tab();
  const file = Buffer.from(`Personalnummer,Apps\nHR-0001,${app}\nHR-0002,${app}\n`);
  const refused = await toPlan(tab, await simulator(), file);
  if (refused.survey.is !== 'refused') throw new Error(JSON.stringify(refused.survey));
  const [way] = refused.survey.refusal.ways;
  expect(way).toMatchObject({ 'user-id-type': 'external_id' });
  expect(await settled(tab, way ?? {})).toBeNull();
});

test('a connection is refused in the words of the command line, and tried as soon as it is given', async () => {
  const server = await simulator();
  const page = await openPage();
  const tab = await page.tab();
  const key = keyOf(server) as { host: string; accessKeyId: string; accessKeySecret: string };
  const cases: readonly (readonly [given: Partial<typeof key>, environment: Record<string, string>])[] = [
    [{ host: 'http://genauth.example' }, { GENAUTH_HOST: 'http://genauth.example' }],
    [{ accessKeySecret: '' }, { GENAUTH_ACCESS_KEY_SECRET: '' }],
    [{ accessKeySecret: 'two words' }, { GENAUTH_ACCESS_KEY_SECRET: 'two words' }],
    [{ accessKeySecret: 'not-the-secret' }, { GENAUTH_ACCESS_KEY_SECRET: 'not-the-secret' }],
  ];
  for (const [given, environment] of cases) {
    const answer = await tab.send('POST', '/api/connection', { ...key, ...given });
    const isOver = (state: State): boolean =>
      state.step === 'connection' && !state.isTrying && state.refusal !== null;
    const state = answer.status === 422 ? undefined : await tab.until(isOver);
    const refusal = state?.step === 'connection' ? state.refusal : refusalIn(answer);
    const words = await said({ ...credentialsOf(server), ...environment }, ['apps']);
    const host = given.host === undefined ? words : words.replaceAll('GENAUTH_HOST', '--host');
    expectSame(JSON.stringify(given), refusal ?? { message: '', hint: '', ways: [] }, host);
    expectInChinese(refusal);
  }
  await tab.send('POST', '/api/connection', key);
  expect(await tab.until(isStep('file'))).toMatchObject({ connection: { host: server.url, apps: null } });
});

test('a key that is typed counts, and not the one that the terminal was given in a file', async () => {
  const server = await simulator();
  const file = path.join(temporaryFolder(), 'secret');
  writeFileSync(file, 'not-the-secret');
  const environment = { ...credentialsOf(server), GENAUTH_ACCESS_KEY_SECRET: '' };
  const page = await openPage({ environment, flags: { 'access-key-secret-file': file } });
  const tab = await page.tab();
  const given = await tab.until(isStep('connection'));
  expect(given.hasKey).toBe(true);
  await tab.send('POST', '/api/connection', { host: '', accessKeyId: '', accessKeySecret: '' });
  await tab.until((state) => state.step === 'connection' && state.refusal !== null);
  await tab.send('POST', '/api/connection', keyOf(server));
  await tab.until(isStep('file'));
});
