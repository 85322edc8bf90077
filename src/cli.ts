#!/usr/bin/env node
import zlib from 'node:zlib';

import { listenToSignals } from './terminal/signals.ts';
import { version } from './version.ts';

const signals = listenToSignals(process);
const { stdin, stdout, stderr, env } = process;
const argv = process.argv.slice(2);
// A reader that went away, as `head` does, ends the printing and not the run.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const crash = {
  secrets: new Set([env['GENAUTH_ACCESS_KEY_SECRET'] ?? '']),
  resumeCommand: undefined,
  argv: [],
};
const terminal = { stdin, stdout, stderr, environment: env, ...signals, crash };
if (argv.length === 1 && argv[0] === '--version') {
  // Scripts ask for it first: without the parser of command lines it takes a third of the time.
  stdout.write(`${version}\n`);
} else if (typeof zlib.crc32 !== 'function') {
  // Node came to have it in 20.15 and in 22.2; before, what is imported below does not even load.
  stderr.write(
    `genauth-offboard: Node 20.19 or later is needed (not 21, and of 22 from 22.12 on), and this is ${process.version}.\nInstall a newer one from https://nodejs.org, then do the same again.\n`,
  );
  process.exitCode = 2;
} else {
  const [{ main }, { commandsFor }, { printError }] = await Promise.all([
    import('./commands/main.ts'),
    import('./commands/commands.ts'),
    import('./commands/print-error.ts'),
  ]);
  // Node itself would print all that hangs on the error.
  process.on('uncaughtException', (error) => process.exit(printError(error, terminal)));
  process.exitCode = await main(argv, terminal, await commandsFor(argv), () => commandsFor([]));
}
