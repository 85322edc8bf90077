import { once } from 'node:events';

import { exitCodes, UserError } from '../errors.ts';
import { number } from '../options.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { print, say } from '../terminal/terminal.ts';
import type { Command } from './command.ts';

export const simulateCommand: Command = {
  name: 'simulate',
  describe: 'Starts a simulated GenAuth on this machine, to practise against',
  flags: {
    port: { value: 'n', default: 0, describe: 'Port on the loopback address; 0 takes any that is free' },
    seed: { value: 'n', default: 1, describe: 'The same seed gives the same behaviour again' },
  },
  examples: [
    ['simulate --port 8787', 'prints the settings to use it as NAME=value lines, and serves until Ctrl-C'],
  ],
  async run(_argument, flags, terminal) {
    const port = number(flags, 'port', { from: 0, to: 65_535 }) ?? 0;
    const seed = number(flags, 'seed', { from: 0, to: 2 ** 31 });
    const simulator = await start(port, seed);
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
    }
    return exitCodes.succeeded;
  },
};

async function start(port: number, seed: number | undefined): Promise<Simulator> {
  try {
    return await startSimulator({ port, seed });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is in use' : 'may not be used';
    throw new UserError(`--port: port ${port} ${why}.`, {
      hint: 'Give another one, or 0 for any that is free.',
    });
  }
}
