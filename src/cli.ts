#!/usr/bin/env node
import { listenToSignals } from './terminal/signals.ts';
import { version } from './version.ts';

const { stopSignal, abortSignal } = listenToSignals(process);
const { stdin, stdout, stderr, env } = process;
const argv = process.argv.slice(2);
// A reader that went away, as `head` does, ends the printing and not the run.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const crash = { secrets: new Set([env['GENAUTH_ACCESS_KEY_SECRET'] ?? '']), wayOn: undefined, argv: [] };
const terminal = { stdin, stdout, stderr, environment: env, stopSignal, abortSignal, crash };
if (argv.length === 1 && argv[0] === '--version') {
  // Scripts ask for it first: without the parser of command lines it takes a third of the time.
  stdout.write(`${version}\n`);
} else {
  const [{ main }, { commandsFor }, { refuse }] = await Promise.all([
    import('./commands/main.ts'),
    import('./commands/commands.ts'),
    import('./commands/refuse.ts'),
  ]);
  // Node itself would print all that hangs on the error.
  process.on('uncaughtException', (error) => process.exit(refuse(error, terminal)));
  process.exitCode = await main(argv, terminal, await commandsFor(argv), () => commandsFor([]));
}
