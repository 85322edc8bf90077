import { accessSync, constants } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import type { OffboardEvent, Stopped } from '../events.ts';
import type { ConnectionGiven } from '../page/api.ts';
import { openBrowser } from '../page/server/open-browser.ts';
import { servePage, type Page, type PageOptions } from '../page/server/server.ts';
import { logLevel, number } from '../settings/read-flag.ts';
import { queueFlag, queueOf } from '../settings/queue-option.ts';
import { run } from '../workflow/run.ts';
import { queueOfRun, reporting, resuming, sharingOf, verifying } from './queue-of-run.ts';
import { serverOptions } from '../settings/server-options.ts';
import type { Flags } from '../settings/rules.ts';
import { createLog, type Log } from '../terminal/log.ts';
import { print, say, type Terminal } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { connectionSettings } from './connection-settings.ts';
import { credentialFlags, logFlag, networkFlags, serverFlags } from './flags.ts';
import { printError } from './print-error.ts';
import { resumeCommandLine, type OfRun } from './whole-command.ts';

/** Built from `src/page/view`. */
const builtPage = fileURLToPath(new URL('../page', import.meta.url));

export const uiCommand: Command = {
  name: 'ui',
  describe: 'Opens a page in the browser that leads through the whole job; nobody else can reach it',
  flags: {
    port: { value: 'n', default: 0, describe: 'Port on the loopback address; 0 takes any that is free' },
    'no-open': { describe: 'Only print the address, and open no browser' },
    ...serverFlags,
    ...credentialFlags,
    ...networkFlags,
    ...queueFlag,
    ...logFlag,
  },
  examples: [
    ['ui', 'runs are kept in the current folder, and earlier ones are listed from it'],
    ['ui --no-open --port 8080', 'prints the address; it can be opened once, Enter prints another one'],
  ],
  run: (_, flags, terminal) => serveUi(flags, terminal, { pageFolder: builtPage, runsFolder: process.cwd() }),
};

/** @param folders where the built page is, and where runs are kept. */
export async function serveUi(flags: Flags, terminal: Terminal, folders: Folders): Promise<ExitCode> {
  const watched = watchRuns(flags, terminal);
  const { stopSignal, abortSignal } = terminal;
  const page = await servePage({ ...settings(flags, terminal, folders.runsFolder), ...folders, ...watched });
  const onAbort = (): void => page.stop(true);
  abortSignal.addEventListener('abort', onAbort, { once: true });
  const forget = printOnEnter(terminal, page);
  try {
    const address = page.newAddress();
    await print(terminal, address);
    say(
      terminal,
      'Open it in a browser on this computer; it opens once. Enter prints a new address, Ctrl-C ends.',
    );
    if (flags['no-open'] !== true) openBrowser(address);
    if (!stopSignal.aborted) await once(stopSignal, 'abort');
    page.stop(abortSignal.aborted);
  } finally {
    await page.close();
    forget();
    abortSignal.removeEventListener('abort', onAbort);
  }
  return watched.sayHowToGoOn();
}

type Folders = Pick<PageOptions, 'pageFolder' | 'runsFolder'>;

/** All that can be wrong before anything is served. */
function settings(flags: Flags, terminal: Terminal, runsFolder: string) {
  const { environment } = terminal;
  if (flags['access-key-secret'] !== undefined) connectionSettings(flags, terminal, undefined);
  try {
    accessSync(runsFolder, constants.W_OK);
  } catch (error) {
    throw new UserError(`Runs are kept in the current folder, and ${runsFolder} cannot be written to.`, {
      hint: 'Change into a folder of yours, and do the same again.',
      cause: error,
    });
  }
  return {
    port: number(flags, 'port', { from: 0, to: 65_535 }) ?? 0,
    version,
    host: serverOptions(flags, environment).host,
    hasKey: hasKey(flags, environment),
    reachOf: (given: ConnectionGiven) => reachOf(given, flags, terminal),
    workflow: workflowOf(flags, environment),
  };
}

/** With a queue, new runs are shared through it, and those that are shared already are gone on with there. */
function workflowOf(flags: Flags, environment: Terminal['environment']): PageOptions['workflow'] {
  const queue = queueOf(flags, environment);
  // Earlier runs of this folder alone stay so.
  const surroundings = { ...environment, GENAUTH_OFFBOARD_QUEUE: queue };
  const of = (folder: string): Promise<string | undefined> => queueOfRun(folder, {}, surroundings);
  return {
    async run(input, options) {
      const sharing = await sharingOf(queue);
      try {
        return await run(input, { ...options, sharing });
      } finally {
        await sharing?.close();
      }
    },
    resume: async (folder, options) => (await resuming(await of(folder)))(folder, options),
    report: async (folder, hooks) => (await reporting(await of(folder)))(folder, hooks),
    verify: async (folder, settings) => (await verifying(await of(folder)))(folder, settings),
  };
}

function hasKey(flags: Flags, environment: Terminal['environment']): boolean {
  const { GENAUTH_ACCESS_KEY_ID: id, GENAUTH_ACCESS_KEY_SECRET: secret } = environment;
  return Boolean(id && (secret || flags['access-key-secret-file']));
}

/** What is typed on the page is taken as if it had been set for the command line, and by the same rules. */
function reachOf({ host, accessKeyId, accessKeySecret }: ConnectionGiven, flags: Flags, terminal: Terminal) {
  const given = { ...flags, ...(host.trim() === '' ? {} : { host: host.trim() }) };
  const server = serverOptions(given, terminal.environment);
  const isTyped = accessKeyId !== '' || accessKeySecret !== '';
  const typed = {
    GENAUTH_ACCESS_KEY_ID: accessKeyId.trim(),
    GENAUTH_ACCESS_KEY_SECRET: accessKeySecret.trim(),
  };
  const from = isTyped ? { ...given, 'access-key-secret-file': undefined } : given;
  const environment = isTyped ? { ...terminal.environment, ...typed } : terminal.environment;
  return { server, ...connectionSettings(from, { ...terminal, environment }, server.host) };
}

/** Keeps the log of a run, and knows how one goes on that was stopped. */
function watchRuns(
  flags: Flags,
  terminal: Terminal,
): Pick<PageOptions, 'watch' | 'onBug'> & { sayHowToGoOn(): ExitCode } {
  const { crash, environment } = terminal;
  let log: Log | undefined;
  let of: OfRun | undefined;
  let stop: Stopped | undefined;
  return {
    watch(event: OffboardEvent | undefined) {
      if (event === undefined) {
        log?.close();
        log = undefined;
        crash.resumeCommand = undefined;
        return;
      }
      log ??= createLog(logLevel(flags), (message) => say(terminal, message));
      log.listen(event);
      if (event.type === 'started') {
        of = { folder: event.folder, host: event.host, isHostSure: true, flags, anew: [], environment };
        crash.resumeCommand = resumeCommandLine(of, {});
      }
      if (event.type === 'ended') ({ stop } = event);
    },
    onBug: (error) => void printError(error, terminal),
    sayHowToGoOn() {
      if (of === undefined || stop?.reason !== 'interrupted') return exitCodes.succeeded;
      say(terminal, `Go on with: ${resumeCommandLine(of, { ended: stop.reason })}`);
      return exitCodes.interrupted;
    },
  };
}

/** An address opens once, and whoever has lost the page needs another one. @returns what ends it. */
function printOnEnter(terminal: Terminal, page: Page): () => void {
  const { stdin } = terminal;
  const onData = (data: Buffer | string): void => {
    if (data.toString().includes('\n')) void print(terminal, page.newAddress());
  };
  // A terminal that is gone is no error of ours.
  const onError = (): void => {};
  stdin.on('data', onData);
  stdin.on('error', onError);
  return () => {
    stdin.off('data', onData);
    stdin.pause();
  };
}
