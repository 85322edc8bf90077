import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { hostProof, isProven } from '../src/workflow/host-proof.ts';
import { resume, run } from '../src/index.ts';
import { readRunFile, writeRunFile } from '../src/run-folder/run-file.ts';
import type { ServerOptions } from '../src/settings/server-options.ts';
import type { Run, RunChoices, RunPlan } from '../src/workflow/stored-run.ts';
import type { Simulator } from '../src/simulator/simulator.ts';
import { genauthOffboard, onTerminal } from './command-line.ts';
import { against, credentialsOf, simulator } from './start-simulator.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Place {
  readonly server: Simulator;
  readonly cwd: string;
  readonly folder: string;
  readonly credentials: { readonly accessKeyId: string; readonly accessKeySecret: string };
}

/** A finished run with a user who does not exist, so that `retryFailed` has somebody to send. */
async function finishedRun(auth: 'token' | 'signature' = 'token'): Promise<Place> {
  const server = await simulator();
  const cwd = temporaryFolder();
  const folder = path.join(cwd, 'out');
  writeFileSync(path.join(cwd, 'leavers.csv'), 'user_id,app_ids\ndeleted-1,app-1\n');
  await run(path.join(cwd, 'leavers.csv'), against(server, { folder, server: { auth } }));
  const { accessKeyId, accessKeySecret } = server;
  return { server, cwd, folder, credentials: { accessKeyId, accessKeySecret } };
}

const runOf = (folder: string): Promise<Run> => readRunFile<RunChoices, RunPlan>(folder);

/** Somebody who changes what `run.json` says, and its checksum with it. */
async function edit(folder: string, server: Partial<ServerOptions>): Promise<void> {
  const content = await runOf(folder);
  await writeRunFile(folder, {
    ...content,
    options: { ...content.options, server: { ...content.options.server!, ...server } },
  });
}

/** A server of somebody who would like to see the credentials; counts what it is asked. */
async function spy(): Promise<{ readonly url: string; readonly count: () => number }> {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.end('{}');
  });
  server.on('connection', () => (requests += 1));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => requests };
}

test('a run goes on as printed with the secret that it was started with, and run.json holds no secret', async () => {
  const { server, folder, credentials } = await finishedRun();
  expect((await resume(folder, { credentials, retryFailed: true })).exitCode).toBe(3);
  expect(server.log).toHaveLength(2);
  expect(readFileSync(path.join(folder, 'run.json'), 'utf8')).not.toContain(credentials.accessKeySecret);
});

test.each(['token', 'signature'] as const)(
  'a run.json that names another host gets no credentials, not even in a token request (%s)',
  async (auth) => {
    const { server, folder, credentials } = await finishedRun(auth);
    const elsewhere = await spy();
    await edit(folder, { host: elsewhere.url });
    const options = { credentials, retryFailed: true };
    await expect(resume(folder, options)).rejects.toMatchObject({
      message: expect.stringContaining('Nothing proves where'),
      hint: expect.stringContaining('Add host with'),
      exitCode: 2,
    });
    await expect(resume(folder, { ...options, host: server.url })).rejects.toThrow(
      `This run goes to ${elsewhere.url}, and ${server.url} was given.`,
    );
    expect(elsewhere.count()).toBe(0);
    expect(server.log).toHaveLength(1);
  },
);

test('a host that is plain http across the network gets no credentials, even when it is given', async () => {
  const { folder, credentials } = await finishedRun();
  const host = 'http://192.0.2.1';
  await edit(folder, { host });
  await expect(resume(folder, { credentials, host })).rejects.toThrow(
    `${folder}/run.json is plain http to 192.0.2.1`,
  );
  // Nor when somebody who has the secret wrote it.
  const content = await runOf(folder);
  await writeRunFile(folder, { ...content, hostProof: hostProof(content, credentials) });
  await expect(resume(folder, { credentials })).rejects.toThrow('plain http to 192.0.2.1');
  await expect(run('leavers.csv', { server: { host }, credentials })).rejects.toThrow('plain http');
});

test('a run of an early version, or with another secret, goes on once its host is given, and as printed from then on', async () => {
  const { server, folder, credentials } = await finishedRun();
  const { hostProof: _, ...early } = await runOf(folder);
  await writeRunFile(folder, early);
  const options = { credentials, retryFailed: true };
  await expect(resume(folder, options)).rejects.toThrow('Nothing proves where');
  await resume(folder, { ...options, host: `${server.url}/` });
  await resume(folder, options);

  server.addKey('new-key', 'new-secret', server.userPoolId);
  const other = {
    credentials: { accessKeyId: 'new-key', accessKeySecret: 'new-secret' },
    retryFailed: true,
  };
  await expect(resume(folder, other)).rejects.toThrow('Nothing proves where');
  await resume(folder, { ...other, host: server.url });
  await resume(folder, other);
  expect(server.log).toHaveLength(5);
});

test('a secret that the server refuses proves nothing for the next time', async () => {
  const { server, folder, credentials } = await finishedRun();
  const wrong = { accessKeyId: credentials.accessKeyId, accessKeySecret: 'wrong' };
  const again = { credentials: wrong, host: server.url, retryFailed: true };
  expect((await resume(folder, again)).exitCode).toBe(4);
  expect(isProven(await runOf(folder), credentials)).toBe(true);
});

test('where nothing is left to be sent a resume asks no server, and neither key nor host can spoil what was reached', async () => {
  const { server, folder, credentials } = await finishedRun();
  await server.close();
  const wrong = { accessKeyId: credentials.accessKeyId, accessKeySecret: 'wrong' };
  const { exitCode, stop, summary } = await resume(folder, { credentials: wrong, host: server.url });
  expect([exitCode, stop, summary?.ended]).toEqual([3, undefined, 'finished']);
  expect(isProven(await runOf(folder), credentials)).toBe(true);
});

test('whatever is changed of host, user pool and way to authorise, or comes from another run, is not proven', async () => {
  const { folder, credentials } = await finishedRun();
  const content = await runOf(folder);
  const server = content.options.server!;
  expect(isProven(content, credentials)).toBe(true);
  const changes: Partial<Run>[] = [
    ...(
      [
        { host: 'https://elsewhere.example' },
        { auth: 'signature' },
        { brand: 'genauth' },
        { tenantId: 'other' },
        { tenantHeader: 'x-other' },
      ] satisfies Partial<ServerOptions>[]
    ).map((change) => ({ options: { ...content.options, server: { ...server, ...change } } })),
    { identity: null },
    { identity: { userPoolId: 'other' } },
    { identity: { accessKeyId: server.host } },
    { createdAt: '2026-01-01T00:00:00.000Z' },
    { input: { ...content.input, sha256: 'ab' } },
    { hostProof: undefined },
  ];
  const proven = changes.filter((change) => isProven({ ...content, ...change }, credentials));
  expect(proven).toEqual([]);
  expect(isProven(content, { ...credentials, accessKeySecret: 'other' })).toBe(false);
});

test('a run with a client of its own has no host to prove', async () => {
  const server = await simulator();
  const folder = path.join(temporaryFolder(), 'out');
  const input = path.join(path.dirname(folder), 'leavers.csv');
  writeFileSync(input, 'user_id,app_ids\nu1,app-1\n');
  const client = { kickUsers: () => Promise.resolve({ statusCode: 200, data: { success: true } }) };
  expect((await run(input, { folder, client })).exitCode).toBe(0);
  expect((await resume(folder, { client })).exitCode).toBe(0);
  expect(server.log).toEqual([]);
});

test('on a terminal the host is typed, and is not shown before', async () => {
  const { server, cwd, folder, credentials } = await finishedRun();
  const { hostProof: _, ...early } = await runOf(folder);
  await writeRunFile(folder, early);
  const environment = { ...credentialsOf(server), GENAUTH_HOST: '' };
  const args = ['resume', 'out', '--retry-failed'];
  const question = 'Type the host that it was started for: ';
  const wrong = await onTerminal(args, { cwd, environment }, [[question, 'elsewhere.example\r']]);
  expect(wrong.code).toBe(2);
  expect(wrong.stdout).toContain(`This run goes to ${server.url}, and https://elsewhere.example was given.`);
  expect(wrong.stdout.slice(0, wrong.stdout.indexOf(question))).not.toContain(server.url);
  const left = await onTerminal(args, { cwd, environment }, [[question, '\r']]);
  expect(left.stdout).toContain('Nothing proves where');
  expect(server.log).toHaveLength(1);
  const right = await onTerminal(args, { cwd, environment }, [[question, `${server.url}\r`]]);
  expect(right.code).toBe(3);
  expect(server.log).toHaveLength(2);
  expect(isProven(await runOf(folder), credentials)).toBe(true);
});

test('the command line compares a host that is given by flag or environment, and nothing is sent to another', async () => {
  const { server, cwd } = await finishedRun();
  const environment = credentialsOf(server);
  const elsewhere = await spy();
  const other = { ...environment, GENAUTH_HOST: elsewhere.url };
  const byEnvironment = await genauthOffboard(['resume', 'out', '--retry-failed'], {
    cwd,
    environment: other,
  });
  expect(byEnvironment.code).toBe(2);
  expect(byEnvironment.stderr).toContain(
    `This run goes to ${server.url}, and GENAUTH_HOST says ${elsewhere.url}.`,
  );
  const byFlag = await genauthOffboard(['resume', 'out', '--retry-failed', '--host', elsewhere.url], {
    cwd,
    environment,
  });
  expect(byFlag.stderr).toContain(`This run goes to ${server.url}, and --host says ${elsewhere.url}.`);
  expect(server.log).toHaveLength(1);
  expect(elsewhere.count()).toBe(0);
  expect((await genauthOffboard(['resume', 'out', '--retry-failed'], { cwd, environment })).code).toBe(3);
});

test('after refused credentials the printed command names the host, so that it works with others', async () => {
  const { server, cwd } = await finishedRun();
  const { GENAUTH_HOST: _, ...keys } = credentialsOf(server);
  const wrong = { ...credentialsOf(server), GENAUTH_ACCESS_KEY_SECRET: 'wrong' };
  const args = ['resume', 'out', '--retry-failed', '--yes', '--host', server.url];
  const stopped = await genauthOffboard(args, { cwd, environment: wrong });
  expect(stopped.code).toBe(4);
  const printed = stopped.stderr.trimEnd().split('\n').at(-1) ?? '';
  expect(printed).toBe(`Go on with: genauth-offboard resume out --retry-failed --host ${server.url}`);
  const again = printed.split(' ').slice(4);
  expect((await genauthOffboard([...again, '--yes'], { cwd, environment: keys })).code).toBe(3);
});
