import { expect, test } from 'vitest';

import { genauthOffboard } from '../command-line.ts';
import { credentialsOf, simulator } from '../start-simulator.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const apps = Array.from({ length: 120 }, (_, at) => ({
  appId: `65f0aa${String(at).padStart(18, '0')}`,
  appName: at === 7 ? 'Wiki \u001b[31m' : `App ${at}`,
}));

test('all apps are listed, in pages of 50, for people and for programs', async () => {
  const server = await simulator({ directory: { apps, users: [] }, log: true });
  const surroundings = { cwd: temporaryFolder(), environment: credentialsOf(server) };
  const { code, stdout } = await genauthOffboard(['apps'], surroundings);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(122);
  expect(lines[119]).toBe(`${apps[119]?.appId}  App 119`);
  expect(lines[121]).toBe('120 apps, as far as this access key sees them.');
  expect(stdout).not.toContain('\u001b');
  expect(server.questions.map(({ asked }) => (asked as { page: unknown }).page)).toEqual(['1', '2', '3']);
  const { stdout: json } = await genauthOffboard(['apps', '--json'], surroundings);
  expect(JSON.parse(json)).toEqual(apps.map(({ appId, appName }) => ({ appId, name: appName })));
});

test.each([
  ['may not read it', { faults: { noReading: true } }, /may not read the list of apps.*\n.*copy the IDs/],
  [
    'finds no such call',
    { faults: { noSuchCall: 'all' as const } },
    /The server has no list of apps.*\n.*Copy the IDs/,
  ],
  ['sees none', { directory: { apps: [], users: [] } }, /sees no app.*\n.*copy the IDs/],
])('a key that %s is told so, and what to do', async (_, options, said) => {
  const server = await simulator(options);
  const surroundings = { cwd: temporaryFolder(), environment: credentialsOf(server) };
  const { code, stdout, stderr } = await genauthOffboard(['apps'], surroundings);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(said);
});
