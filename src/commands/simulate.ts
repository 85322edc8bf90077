import { once } from 'node:events';
import { createWriteStream, openSync, readFileSync, type WriteStream } from 'node:fs';

import { exitCodes, UserError } from '../errors.ts';
import { duration, list, number, text } from '../settings/read-flag.ts';
import { parseDuration } from '../settings/kinds.ts';
import type { Flags } from '../settings/rules.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import type { Directory } from '../simulator/tenant.ts';
import { print, say } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { faultFlags, faultsFrom } from './fault-flags.ts';

export const simulateCommand: Command = {
  name: 'simulate',
  describe: 'Starts a simulated GenAuth on this machine, to practise against',
  flags: {
    port: { value: 'n', default: 0, describe: 'Port on the loopback address; 0 takes any that is free' },
    ...faultFlags,
    apps: {
      value: 'name=id,...',
      describe:
        'Apps that it lists; a name alone is its ID, too. Beside them it takes those whose IDs have 24 hexadecimal digits, and refuses others, as GenAuth would',
    },
    directory: {
      value: 'file',
      describe: 'JSON of apps and users, who are then all that there are; without it every user exists',
    },
    'token-lifetime': { value: 'duration', default: '2h', describe: 'How long a management token lasts' },
    'clock-offset': {
      value: 'duration',
      describe: "The server's clock is ahead by so much; behind with a minus: --clock-offset=-10m",
    },
    log: { value: 'file', describe: 'Append a line of JSON for each kick-users request and each question' },
    seed: { value: 'n', default: 1, describe: 'The same seed gives the same behaviour again' },
  },
  examples: [
    ['simulate --port 8787', 'prints the settings to use it as NAME=value lines, and serves until Ctrl-C'],
  ],
  async run(_argument, flags, terminal) {
    const port = number(flags, 'port', { from: 0, to: 65_535 }) ?? 0;
    const seed = number(flags, 'seed', { from: 0, to: 2 ** 31 });
    const log = openLog(text(flags, 'log'));
    const simulator = await start({
      port,
      seed,
      faults: faultsFrom(flags),
      apps: list(flags, 'apps'),
      directory: readDirectory(text(flags, 'directory')),
      tokenLifetimeSeconds: (duration(flags, 'token-lifetime') ?? 7_200_000) / 1000,
      clockOffsetMs: clockOffset(flags),
      onRequest: log && ((record) => log.write(`${JSON.stringify(record)}\n`)),
      onQuestion: log && ((record) => log.write(`${JSON.stringify(record)}\n`)),
    });
    try {
      await print(
        terminal,
        [
          `GENAUTH_HOST=${simulator.url}`,
          `GENAUTH_ACCESS_KEY_ID=${simulator.accessKeyId}`,
          `GENAUTH_ACCESS_KEY_SECRET=${simulator.accessKeySecret}`,
        ].join('\n'),
      );
      say(terminal, 'Simulating GenAuth. Stop it with Ctrl-C.');
      if (!terminal.stopSignal.aborted) await once(terminal.stopSignal, 'abort');
    } finally {
      await simulator.close();
      log?.end();
    }
    return exitCodes.succeeded;
  },
};

function openLog(file: string | undefined): WriteStream | undefined {
  return file === undefined ? undefined : createWriteStream('', { fd: openSync(file, 'a', 0o600) });
}

function clockOffset(flags: Flags): number | undefined {
  const value = text(flags, 'clock-offset');
  if (value === undefined) return undefined;
  const offsetMs = parseDuration(value.replace(/^[+-]/, ''));
  if (offsetMs === undefined)
    throw new UserError(`--clock-offset takes a duration such as 10m or -10m, not "${value}".`);
  return value.startsWith('-') ? -offsetMs : offsetMs;
}

/** The simulator checks what is in it. */
function readDirectory(file: string | undefined): Directory | undefined {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Directory;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`--directory: ${file} cannot be read as JSON: ${why}.`, { cause: error });
  }
}

async function start(options: SimulatorOptions): Promise<Simulator> {
  try {
    return await startSimulator(options);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UserError(`--directory: ${error.message}.`, {
        hint: 'Give a file such as {"apps":[{"appId":"...","appName":"Jira"}],"users":[{"userId":"...","email":"..."}]}.',
        cause: error,
      });
    }
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is in use' : 'may not be used';
    throw new UserError(`--port: port ${options.port} ${why}.`, {
      hint: 'Give another one, or 0 for any that is free.',
    });
  }
}
