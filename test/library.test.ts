import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import {
  check,
  createClient,
  report,
  resume,
  run,
  UserError,
  writeProblems,
  type KickUsersClient,
  type Live,
  type OffboardEvent,
  type RunOptions,
} from '../src/index.ts';
import { nearest } from '../src/input/words/nearest.ts';
import { inWords } from '../src/settings/own-words.ts';
import { against, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

const credentials = { accessKeyId: 'made-up-key', accessKeySecret: 'made-up-secret' };

/** A file of three users, one of whom does not exist, in a folder of its own. */
function leavers(): { readonly cwd: string; readonly input: string; readonly folder: string } {
  const cwd = temporaryFolder();
  const input = path.join(cwd, 'leavers.csv');
  writeFileSync(input, 'user_id,app_ids\nuser-1,app-1\ndeleted-2,app-1\nuser-3,app-2\n');
  return { cwd, input, folder: path.join(cwd, 'out') };
}

/** What was thrown, as a user reads it. */
async function refusal(work: () => unknown): Promise<string> {
  const error = await (async () => work())().catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw new Error(`refused was nothing, but there was ${String(error)}`);
  return `${error.message} ${error.hint ?? ''}`;
}

/** Programs in JavaScript pass anything. */
const wrongOptions: readonly (readonly [options: unknown, says: string])[] = [
  [{ server: { host: 'http://10.0.0.1' } }, 'server.host is plain http to 10.0.0.1'],
  [
    { server: { host: 'ftp://genauth.example' } },
    'server.host takes an https address, not "ftp://genauth.example".',
  ],
  [{ server: { host: 'https://u:p@genauth.example' } }, 'server.host takes a plain address'],
  [{ server: { host: '' } }, 'server.host takes text that is not empty, not "".'],
  [
    { server: { host: new URL('https://genauth.example') } },
    'server.host takes text that is not empty, not an object.',
  ],
  [{ server: { auth: 'sig' } }, 'server.auth takes one of token, signature, not "sig".'],
  [{ server: { brand: 'Authing' } }, 'server.brand takes one of authing, genauth, not "Authing".'],
  [
    { server: { tenantHeader: 'x tenant' } },
    'server.tenantHeader takes the name of an HTTP header, not "x tenant".',
  ],
  [{ server: { tenantId: 'a\r\nb: c' } }, 'server.tenantId takes ASCII characters'],
  [{ server: { hots: 'https://genauth.example' } }, 'There is no option server.hots. Is server.host meant?'],
  [
    { server: 'https://genauth.example' },
    'server is an object with options by their names. It may have host,',
  ],
  [{ pace: { rate: 0 } }, 'pace.rate takes a number from 0.01 to 1000000, not 0.'],
  [{ pace: { rate: -1 } }, 'pace.rate takes a number from 0.01 to 1000000, not -1.'],
  [
    { pace: { rate: Number.POSITIVE_INFINITY } },
    'pace.rate takes a number from 0.01 to 1000000, not Infinity.',
  ],
  [{ pace: { rate: '5' } }, 'pace.rate takes a number from 0.01 to 1000000, not "5".'],
  [{ pace: { rate: null } }, 'pace.rate takes a number from 0.01 to 1000000, not null.'],
  [
    { pace: { timeoutMs: Number.NaN } },
    'pace.timeoutMs takes milliseconds from 1 to 2073600000 (24 days), not NaN.',
  ],
  [
    { pace: { timeoutMs: '10s' } },
    'pace.timeoutMs takes milliseconds from 1 to 2073600000 (24 days), not "10s".',
  ],
  [{ pace: { giveUpAfterMs: 0 } }, 'pace.giveUpAfterMs takes milliseconds from 1'],
  [{ pace: { concurrency: 2.5 } }, 'pace.concurrency takes a whole number from 1 to 10000, not 2.5.'],
  [{ pace: { concurrency: 0 } }, 'pace.concurrency takes a whole number from 1 to 10000, not 0.'],
  [{ pace: { retries: -1 } }, 'pace.retries takes a whole number from 0 to 1000, not -1.'],
  [{ pace: { concurency: 5 } }, 'There is no option pace.concurency. Is pace.concurrency meant?'],
  [{ pace: { timeout: 5 } }, 'There is no option pace.timeout. Is pace.timeoutMs meant?'],
  [{ plan: { encoding: 'latin1' } }, 'plan.encoding takes one of utf-8,'],
  [{ plan: { userIdType: 'mail' } }, 'plan.userIdType takes one of user_id,'],
  [{ plan: { appIds: 'app-1' } }, 'plan.appIds takes a list of texts, not "app-1".'],
  [{ plan: { appIds: ['app-1', ''] } }, 'plan.appIds has an empty name in it.'],
  [{ plan: { appIds: [7] } }, 'plan.appIds takes a list of texts, not a list.'],
  [{ plan: { skipInvalid: 'yes' } }, 'plan.skipInvalid takes true or false, not "yes".'],
  [{ plan: { phoneCountry: 'CN' } }, "plan.phoneCountry takes the code that a country's numbers begin with"],
  [{ plan: { allowDamagedIds: 1 } }, 'plan.allowDamagedIds takes a list of texts, not 1.'],
  [{ plan: { columns: { userID: 'ID' } } }, 'There is no option plan.columns.userID. '],
  [{ plan: { columns: { userIdColum: 'ID' } } }, 'Is plan.columns.userIdColumn meant?'],
  [{ plan: { sheet: 2 } }, 'plan.sheet takes text that is not empty, not 2.'],
  [{ guards: { maxUsers: 0 } }, 'guards.maxUsers takes a whole number from 1 to 1000000000, not 0.'],
  [{ guards: { canary: true } }, 'guards.canary takes a whole number from 1 to 1000000, not true.'],
  [{ guards: { expectSha256: 'abc' } }, 'guards.expectSha256 takes a whole SHA-256'],
  [
    { guards: { stopAfterFailures: '500%' } },
    'guards.stopAfterFailures takes a whole number of calls, or a share',
  ],
  [
    { guards: { stopAfterFailures: '5' } },
    'guards.stopAfterFailures takes a whole number of calls, or a share',
  ],
  [{ guards: { protect: 'vips.txt' } }, 'There is no option guards.protect.'],
  [{ network: { ca: 'none' } }, 'network.ca holds no certificate in PEM form.'],
  [
    { network: { proxy: 'socks5://proxy.example' } },
    'network.proxy is no address of an http or https proxy.',
  ],
  [{ credentials: { accessKeyId: 'made-up-key' } }, 'credentials.accessKeySecret is missing.'],
  [
    { credentials: { accessKeyId: undefined, accessKeySecret: undefined } },
    'credentials.accessKeyId and credentials.accessKeySecret are missing.',
  ],
  [
    { credentials: { ...credentials, accessKeySecret: 'made up\n' } },
    'credentials.accessKeySecret holds a space, a line break',
  ],
  [{ credentials: undefined }, 'Neither credentials nor a client is given.'],
  [{ client: { kick: () => {} } }, 'client takes an object with kickUsers(dto), not an object.'],
  [{ confirm: true }, 'confirm takes a function, not true.'],
  [{ onEvents: () => {} }, 'There is no option onEvents. Is onEvent meant?'],
  [{ stopSignal: new AbortController() }, 'stopSignal takes an AbortSignal, not an object.'],
  [{ out: 'friday' }, 'There is no option out.'],
  [{ folder: '' }, 'folder takes text that is not empty, not "".'],
  [null, 'The options are an object with options by their names.'],
  [[], 'The options are an object with options by their names.'],
];

test.each(wrongOptions)('run refuses %j by name, and nothing is sent or left', async (options, says) => {
  const { cwd, input } = leavers();
  const given =
    Array.isArray(options) || options === null ? options : { credentials, ...(options as object) };
  expect(await refusal(() => run(input, given as RunOptions))).toContain(says);
  expect(readdirSync(cwd)).toEqual(['leavers.csv']);
});

test('a secret that is wrong is not shown', async () => {
  const wrong = { credentials: { ...credentials, accessKeySecret: 'hunter two' }, network: {} };
  expect(await refusal(() => run('leavers.csv', wrong))).not.toContain('hunter');
  const proxy = { credentials, network: { proxy: 'gopher://me:hunter@proxy.example' } };
  expect(await refusal(() => run('leavers.csv', proxy))).not.toContain('hunter');
});

test.each<[string, () => unknown, string]>([
  [
    'check: a file that is none',
    () => check(7 as unknown as string),
    'file takes text that is not empty, not 7.',
  ],
  [
    'check: a plan',
    () => check('leavers.csv', { encoding: 'latin1' as 'utf-8' }),
    'plan.encoding takes one of',
  ],
  [
    'check: a hook',
    () => check('leavers.csv', {}, { stopsignal: 1 } as object),
    'There is no option stopsignal. Is stopSignal meant?',
  ],
  [
    'writeProblems: a file',
    () => writeProblems('a.csv', { repairs: 'b.csv' } as object, {} as never),
    'There is no option files.repairs.',
  ],
  [
    'run: an input',
    () => run(undefined as unknown as string),
    'input takes a path or a readable stream, not undefined.',
  ],
  ['resume: a pace', () => resume('out', { pace: { rate: 0 } }), 'pace.rate takes a number'],
  [
    'resume: a guard of run',
    () => resume('out', { guards: { canary: 1 } as object }),
    'There is no option guards.canary.',
  ],
  [
    'resume: a yes or no',
    () => resume('out', { retryFailed: 'yes' as unknown as boolean }),
    'retryFailed takes true or false',
  ],
  ['resume: an option of run', () => resume('out', { plan: {} } as object), 'There is no option plan.'],
  ['resume: no folder', () => resume(''), 'folder takes text that is not empty'],
  ['report: a hook', () => report('out', { onEvent: 1 } as object), 'onEvent takes a function, not 1.'],
  [
    'createClient: a host',
    () => createClient({ ...credentials, host: 'http://10.0.0.1' }),
    'host is plain http to 10.0.0.1',
  ],
  [
    'createClient: no secret',
    () => createClient({ accessKeyId: 'made-up-key' } as never),
    'accessKeySecret is missing.',
  ],
  [
    'createClient: a time',
    () => createClient({ ...credentials, timeoutMs: 0 }),
    'timeoutMs takes milliseconds from 1',
  ],
])('%s is refused by name', async (_, work, says) => {
  expect(await refusal(work)).toContain(says);
});

test('undefined means the default, wherever it stands', async () => {
  const server = await simulator();
  const { input, folder } = leavers();
  const nothing = undefined;
  const { pace } = await new Promise<OffboardEvent & { type: 'started' }>((resolve, reject) => {
    run(input, {
      ...against(server, { folder }),
      server: { host: server.url, auth: nothing, brand: nothing, tenantId: nothing, tenantHeader: nothing },
      plan: { columns: { userIdColumn: nothing }, encoding: nothing, appIds: nothing, skipInvalid: nothing },
      pace: {
        concurrency: nothing,
        rate: nothing,
        retries: nothing,
        timeoutMs: nothing,
        giveUpAfterMs: nothing,
      },
      guards: { maxUsers: nothing, canary: nothing },
      network: { ca: nothing, proxy: nothing },
      client: nothing,
      confirm: nothing,
      onEvent: (event) => event.type === 'started' && resolve(event),
    }).catch(reject);
  });
  expect(pace).toMatchObject({ concurrency: 64, retries: 8, timeoutMs: 10_000, giveUpAfterMs: 900_000 });
  expect(await refusal(() => run(input, { credentials, server: { host: nothing }, folder }))).toContain(
    'exists already',
  );
});

test('what is thrown speaks of options, and of calls that go on, not of flags', async () => {
  const server = await simulator();
  const { cwd, input, folder } = leavers();
  const options = against(server, { folder });
  expect(await refusal(() => run(input, { ...options, guards: { maxUsers: 2 } }))).toBe(
    'leavers.csv names 3 users, and guards.maxUsers allows 2. Nothing was sent. Is it the right file? If all of them are meant, give a higher guards.maxUsers.',
  );
  await run(input, options);
  expect(await refusal(() => run(input, options))).toContain(
    `Give another folder with \`folder\`, or go on with the run in it: resume(${JSON.stringify(folder)})`,
  );
  const chinese = path.join(cwd, '名单.csv');
  writeFileSync(chinese, '工号,邮箱,手机号\n1001,a@example.com,13800138000\n');
  const unclear = await check(chinese).catch((error: unknown) => error as UserError);
  expect(unclear).toBeInstanceOf(UserError);
  const { message, hint, ways } = unclear as UserError;
  expect(`${message} ${hint}`).not.toContain('--');
  expect(ways.flat()).toContain('plan.columns.userIdColumn');
  expect(ways.flat().filter((word) => word.startsWith('--'))).toEqual([]);
});

test('a plan speaks of options, and what stands in the file stays as it is', async () => {
  const { cwd } = leavers();
  const input = path.join(cwd, 'phones.csv');
  writeFileSync(input, 'phone,app_ids\n+8613800138000,app-1\n--app-ids,app-1\n13800138001,\n');
  const plan = await check(input);
  const text = JSON.stringify([plan.problems, plan.problemGroups, plan.warnings, plan.warningGroups]);
  expect(text).toContain('plan.phoneCountry');
  expect(text).toContain('plan.appIds');
  expect(plan.problems.find(({ line }) => line === 3)?.value).toBe('--app-ids');
  expect(text.replaceAll('"--app-ids\\"', '').replaceAll('"value":"--app-ids"', '')).not.toMatch(
    /[ (]--[a-z]/,
  );
});

test('what stands between quotation marks is the user’s own', () => {
  const names = new Map([['--rate', 'pace.rate']]);
  expect(
    inWords({ message: 'Line 2 holds "--rate": give --rate, not --rates.', value: '--rate' }, names),
  ).toEqual({
    message: 'Line 2 holds "--rate": give pace.rate, not --rates.',
    value: '--rate',
  });
});

test('why a run stopped is said in options', async () => {
  const server = await simulator({ apps: ['app-1'] });
  const { input, folder } = leavers();
  const heard: OffboardEvent[] = [];
  const options = {
    folder,
    guards: { stopAfterFailures: 0 },
    onEvent: (event: OffboardEvent) => void heard.push(event),
  };
  const { stop, exitCode } = await run(input, against(server, options));
  expect(exitCode).toBe(4);
  expect(stop?.message).toContain('guards.stopAfterFailures allows 0');
  expect(stop?.hint).not.toContain('--');
  expect(heard.find(({ type }) => type === 'ended')).toEqual({ type: 'ended', stop });
});

test('two runs of one file in the same second get a folder each', async () => {
  const server = await simulator();
  const { cwd, input } = leavers();
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const many = Array.from({ length: 5 }, () => run(input, against(server)));
    const folders = (await Promise.all(many)).map(({ folder }) => folder);
    expect(new Set(folders).size).toBe(5);
    for (const folder of folders) expect(folder).toMatch(/^offboard-leavers-\d{8}T\d{6}Z(-\d)?$/);
    expect(readdirSync(cwd).sort()).toEqual(['leavers.csv', ...folders].sort());
  } finally {
    process.chdir(before);
  }
});

test('events say how much is done of how much, and how it stands from the first moment on', async () => {
  const server = await simulator();
  const { input, folder } = leavers();
  const progress: number[][] = [];
  const reported: number[][] = [];
  let live: Live | undefined;
  const onEvent = (event: OffboardEvent): void => {
    if (event.type === 'calling') live = event.live();
    if (event.type === 'attempt') progress.push([event.done, event.total]);
    if (event.type === 'reporting') reported.push([event.rows, event.total]);
  };
  await run(input, against(server, { folder, onEvent, pace: { concurrency: 1 } }));
  expect(live).toMatchObject({ waiting: 0 });
  expect(progress).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  expect(reported.at(-1)).toEqual([3, 3]);
  progress.length = 0;
  const { server: _, ...again } = against(server, { onEvent });
  await resume(folder, { ...again, retryFailed: true });
  // The two that had succeeded are done already.
  expect(progress).toEqual([[3, 3]]);
});

test('a client of the caller’s own is used as it is, with its own `this`', async () => {
  const { input, folder } = leavers();
  class Counting implements KickUsersClient {
    calls = 0;
    async kickUsers(): Promise<unknown> {
      this.calls += 1;
      return { statusCode: 200, data: { success: true } };
    }
  }
  const client = new Counting();
  expect((await run(input, { client, folder })).exitCode).toBe(0);
  expect(client.calls).toBe(3);
});

test.each([
  ['concurency', ['concurrency']],
  ['concurrnecy', ['concurrency']],
  ['RATE', ['rate']],
  ['rates', ['rate']],
  ['retires', ['retries']],
  ['retry', []],
  ['giveUpAfter', ['giveUpAfterMs']],
  ['give_up_after_ms', ['giveUpAfterMs']],
  ['time', ['timeoutMs']],
  ['x', []],
  ['', []],
])('of the names of a pace, "%s" is nearest to %j', (name, meant) => {
  const choices = ['concurrency', 'rate', 'retries', 'timeoutMs', 'giveUpAfterMs'];
  expect(nearest(name, choices)).toEqual(meant);
});
