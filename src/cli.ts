#!/usr/bin/env node
import { commands } from './commands/commands.ts';
import { main } from './commands/main.ts';
import { refuse } from './commands/refuse.ts';
import { listenToSignals } from './terminal/signals.ts';

const { stopSignal, abortSignal } = listenToSignals(process);
const { stdin, stdout, stderr, env } = process;
// A reader that went away, as `head` does, ends the printing and not the run.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const crash = { secrets: new Set([env['GENAUTH_ACCESS_KEY_SECRET'] ?? '']), wayOn: undefined };
const terminal = { stdin, stdout, stderr, environment: env, stopSignal, abortSignal, crash };
// Node itself would print all that hangs on the error.
process.on('uncaughtException', (error) => process.exit(refuse(error, terminal)));
process.exitCode = await main(process.argv.slice(2), terminal, commands);
