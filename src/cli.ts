#!/usr/bin/env node
import { commands } from './commands/commands.ts';
import { main } from './commands/main.ts';
import { listenToSignals } from './terminal/signals.ts';

const { stopSignal, abortSignal } = listenToSignals(process);
const { stdin, stdout, stderr, env } = process;
// A reader that went away, as `head` does, ends the printing and not the run.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
process.exitCode = await main(
  process.argv.slice(2),
  { stdin, stdout, stderr, environment: env, stopSignal, abortSignal },
  commands,
);
