import path from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { verdictOf } from '../src/commands/verdict.ts';
import { check } from '../src/workflow/check.ts';
import { run } from '../src/index.ts';
import { planOptions } from '../src/settings/plan-options.ts';
import { genauthOffboard, onTerminal } from './command-line.ts';
import { against, credentialsOf, simulator } from './start-simulator.ts';
import { leaversFile } from './leavers-file.ts';

const hex = '66a1bb000000000000000001';

test('apps of another form than GenAuth gives are warned of before all else', async () => {
  const file = leaversFile(['Jira', 'Confluence;all']);
  const plan = await check(file);
  expect(plan.rows.invalid).toBe(0);
  expect(plan.oddities[0]).toMatchObject({
    kind: 'app_form',
    message: expect.stringContaining('3 of 3 app IDs are not of 24 hexadecimal digits') as string,
  });
  const { stdout } = await genauthOffboard(['check', 'leavers.csv'], { cwd: path.dirname(file) });
  expect(stdout.indexOf('Look first at\n')).toBeGreaterThan(0);
  expect(stdout.indexOf('Look first at\n')).toBeLessThan(stdout.indexOf('Rows, as understood'));
});

test('the question shows it, too, and --yes says it first', async () => {
  const server = await simulator({ apps: ['Jira'] });
  const cwd = path.dirname(leaversFile(['Jira']));
  const surroundings = { cwd, environment: credentialsOf(server) };
  const asked = await onTerminal(['run', 'leavers.csv'], surroundings, [['go on: ', 'no\r']]);
  expect(asked.stdout.split('1 of 1 app ID is not of 24 hexadecimal digits')).toHaveLength(2);
  const { stderr } = await genauthOffboard(['run', 'leavers.csv', '--yes'], surroundings);
  expect(stderr.indexOf('Look first at\n  the apps: ')).toBeGreaterThan(0);
  expect(server.log).toHaveLength(1);
});

test('a file that mixes forms is refused, and nothing is sent', async () => {
  const server = await simulator({ apps: ['Jira'] });
  const file = leaversFile([hex, `${hex};Jira`, hex]);
  const folder = path.join(path.dirname(file), 'out');
  await expect(run(file, against(server, { folder }))).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('The first is line 3, "app_ids": An app ID is not of 24') as string,
  });
  expect(server.log).toEqual([]);
  expect((await check(file, planOptions({ 'allow-damaged-ids': true }))).rows.invalid).toBe(0);
  expect((await check(file, planOptions({ 'allow-damaged-ids': 'Jira' }))).rows.invalid).toBe(0);
});

test('apps of a flag that mix with those of the file are refused by the flag', async () => {
  const file = leaversFile([hex, '']);
  await expect(check(file, { appIds: ['Jira'] })).rejects.toThrow(
    '--app-ids names "Jira", which is not of 24',
  );
  expect((await check(file, { appIds: ['66a1bb000000000000000002'] })).rows.invalid).toBe(0);
});

test('whatever the apps, those of one form raise no alarm, and of mixed forms none but GenAuth’s is sent', async () => {
  const id = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    minLength: 24,
    maxLength: 24,
  });
  const name = fc.stringMatching(/^[A-Z][a-z]{3,9}[0-9]{0,2}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(id, { maxLength: 6 }), fc.array(name, { maxLength: 6 }), async (ids, names) => {
      fc.pre(ids.length + names.length > 0);
      const { usersByApp, oddities } = await check(leaversFile([...ids, ...names]));
      const isMixed = ids.length > 0 && names.length > 0;
      const sent = new Set(isMixed || names.length === 0 ? ids : names);
      expect(new Set(usersByApp.map(({ appId }) => appId))).toEqual(sent);
      expect(oddities.some(({ kind }) => kind === 'app_form')).toBe(!isMixed && names.length > 0);
    }),
    { numRuns: 60 },
  );
});

const lookUpSays =
  "A run first reads GenAuth's list of apps, where these may be names, and then plans otherwise";

test.each<[what: string, apps: string[], begins: string, commands: string[]]>([
  [
    'names beside IDs',
    [hex, 'Jira', `${hex};SAP HR`],
    "2 rows are invalid unless their apps are names of GenAuth's list",
    ['check a.csv --look-up'],
  ],
  [
    'names beside IDs, and another fault',
    [hex, 'Jira', 'N/A'],
    '2 rows are invalid: a run refuses the file as it is',
    ['check a.csv --look-up', 'run a.csv --skip-invalid'],
  ],
  ['names alone', ['Jira', 'Confluence'], 'Look first at the apps', ['check a.csv --look-up', 'run a.csv']],
  ['a name with a space', ['SAP HR'], 'Look first at', ['check a.csv --look-up', 'run a.csv']],
  ['IDs alone', [hex], 'No row is invalid', ['run a.csv']],
])('check without --look-up says where a run may plan otherwise, and how to see it: %s', async (...given) => {
  const [, apps, begins, commands] = given;
  const plan = await check(leaversFile(apps));
  const lines = verdictOf(plan, ['check', 'a.csv'], undefined, false).map(({ text }) => text);
  expect(lines[1]).toMatch(new RegExp(`^${begins.replaceAll('/', '.')}`));
  const own = lines.filter((line) => line.startsWith('  ')).map((line) => line.trim());
  expect(own).toEqual(commands.map((command) => `genauth-offboard ${command}`));
  const asked = verdictOf(plan, ['check', 'a.csv'], undefined, true).map(({ text }) => text);
  expect(asked.join('\n')).not.toContain('--look-up:');
  expect(asked.join('\n')).not.toContain(lookUpSays);
});

test('what may be a name with a space in it is invalid as a whole, once', async () => {
  const { problems } = await check(leaversFile([hex, 'SAP HR', `${hex} X Y`, `Jira;SAP HR`]));
  expect(problems.map(({ line, value }) => [line, value])).toEqual([
    [3, 'SAP HR'],
    [4, `${hex} X Y`],
    [5, 'Jira'],
    [5, 'SAP HR'],
  ]);
});

test('demo knows the names and IDs of the input as apps of its user pool, so that a file of names is rehearsed', async () => {
  const files = [leaversFile(['Jira;Confluence', 'Jira']), leaversFile(['飞书', `飞书;${hex}`])];
  for (const file of files) {
    const cwd = path.dirname(file);
    const { code, stdout } = await genauthOffboard(['demo', 'leavers.csv'], { cwd });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/succeeded +2\n/)]);
    expect(stdout).not.toMatch(/^ +(?:failed|invalid|partial) /m);
  }
});

test('demo says of a file that cannot be used what a run would say', async () => {
  const cwd = path.dirname(leaversFile(['N/A']));
  const { code, stderr } = await genauthOffboard(['demo', 'leavers.csv'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('1 row is invalid, so nothing was sent.');
});
