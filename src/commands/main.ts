import yargs, { type Argv } from 'yargs';

import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { printable } from '../printable.ts';
import type { Flags } from '../settings/rules.ts';
import { print, type Terminal } from '../terminal/terminal.ts';
import { commandLine, programName } from '../settings/shell.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import type { ReadWords } from './read-flags.ts';
import { readWords } from './read-words.ts';
import { printError } from './print-error.ts';

/** yargs loses a lone `-` in the place of an argument, so it goes through under another name. */
const dash = '\u0000-';

const exitCodeHelp = `Exit codes:
  0    every row succeeded
  1    could not go on, or a bug
  2    refused before the first call: usage, input, a guard, a declined question,
       no credentials, a folder that exists
  3    finished, and some rows did not succeed, be it that --protect kept them
       (check: some rows are invalid; verify: some sessions are not gone)
  4    stopped before the end, resumable: credentials refused by the server,
       server down for too long, disk full, more failures than allowed, a canary
       that nobody confirmed
       (report: the run has not come to its end, or is still going)
  130  interrupted, resumable once a call was made`;

/**
 * Reads the command line and runs its command.
 * @param argv without node and script.
 * @param named those that the line names. @param all loads all that there are, to find the one that may be meant.
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal,
  named: readonly Command[],
  all: () => Promise<readonly Command[]> = () => Promise.resolve(named),
): Promise<ExitCode> {
  terminal.crash.argv = argv;
  let [commands, read] = [named, readWords(argv, named)];
  if (read.faults.length > 0) {
    commands = await all();
    read = readWords(argv, commands);
  }
  if (read.faults.length > 0) return printError(misused(read), terminal);
  const { words, command: meant } = read;
  terminal.crash.argv = words;
  const isHelp = words.includes('--help');
  let chosen: { command: Command; argument: string; flags: Flags } | undefined;
  const parser = commands
    .reduce(
      (parser, command) =>
        addCommand(parser, command, isHelp, (argument, flags) => (chosen = { command, argument, flags })),
      yargs()
        .scriptName(programName)
        .usage(
          'Usage: $0 <command>\n\nSigns a file of users out of their apps through GenAuth, and accounts for every row.',
        )
        .epilogue(`${exitCodeHelp}\n\nHelp for one command: ${programName} <command> --help`),
    )
    .parserConfiguration({
      'camel-case-expansion': false,
      // A flag may be called so itself.
      'boolean-negation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .strict()
    .demandCommand(1, 'A command is missing.')
    .version(version)
    .help()
    .wrap(Math.min(100, terminal.stderr.columns ?? 100))
    .exitProcess(false)
    .fail(false);
  try {
    let shown = '';
    await parser.parseAsync(
      words.map((word) => (word === '-' ? dash : word)),
      {},
      (_error: unknown, _parsed: unknown, output: string) => {
        shown = output;
      },
    );
    if (chosen === undefined) {
      await print(terminal, shown);
      return exitCodes.succeeded;
    }
  } catch (error) {
    return printError(asUsageError(error, meant), terminal);
  }
  try {
    const { command, argument, flags } = chosen;
    return await command.run(argument, flags, terminal);
  } catch (error) {
    return printError(error, terminal);
  }
}

/**
 * @param isHelp the help is asked for. Once a command was chosen yargs lays it out in any case, whether or not anybody will see it:
 * with the flags of `run` in it that takes 20 ms and 7 MiB more.
 */
function addCommand(
  parser: Argv,
  command: Command,
  isHelp: boolean,
  choose: (argument: string, flags: Flags) => void,
): Argv {
  const { name, argument, describe, flags, examples } = command;
  const place =
    argument === undefined ? '' : argument.optional ? ` [${argument.name}]` : ` <${argument.name}>`;
  return parser.command(
    `${name}${place}`,
    describe,
    (builder: Argv) => {
      let built = builder.usage(`Usage: $0 ${name}${place} [options]\n\n${describe}.`).epilogue(exitCodeHelp);
      if (argument !== undefined) {
        built = built.positional(argument.name, { describe: argument.describe });
      }
      for (const [
        flag,
        { value, isValueOptional, describe: text, default: preset, hidden },
      ] of Object.entries(flags)) {
        built = built.option(flag, {
          describe: `${value === undefined ? '' : isValueOptional === true ? `[${value}] ` : `<${value}> `}${text}${preset === undefined ? '' : ` [${preset}]`}`,
          group: 'Options:',
          hidden: hidden === true || !isHelp,
          // Without a type a value stays the text that it is, and the help is free of "[string]".
          ...(value === undefined
            ? { type: 'boolean' as const }
            : isValueOptional === true
              ? {}
              : { requiresArg: true }),
        });
      }
      for (const [line, text] of isHelp ? examples : []) built = built.example(`$0 ${line}`, text);
      return built;
    },
    (parsed: Record<string, unknown>) => {
      const given = argument === undefined ? '' : parsed[argument.name];
      choose(given === dash ? '-' : typeof given === 'string' ? given : '', parsed);
    },
  );
}

/** What is wrong with the words, all of it at once, and what is right. */
function misused({ faults, instead, command }: ReadWords): UserError {
  const help = commandLine(programName, ...(command === undefined ? [] : [command.name]), '--help');
  const hint = instead.length === 0 ? `See: ${help}` : 'Did you mean:';
  return new UserError(faults.map((fault) => printable(fault, 300)).join(' '), { hint, instead });
}

/** No command runs while the line is parsed, so a plain error is what yargs throws for wrong usage that was not found before. */
function asUsageError(error: unknown, command: Command | undefined): unknown {
  if (!(error instanceof Error) || (error.constructor !== Error && error.name !== 'YError')) return error;
  return misused({ words: [], faults: [error.message.replaceAll('\n', ' ')], instead: [], command });
}
