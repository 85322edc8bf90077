import yargs, { type Argv } from 'yargs';

import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { printable } from '../input/printable.ts';
import type { Flags } from '../options.ts';
import { print, type Terminal } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { programName, refuse } from './refuse.ts';

/** yargs loses a lone `-` in the place of an argument, so it goes through under another name. */
const dash = '\u0000-';

const exitCodeHelp = `Exit codes:
  0    every row succeeded
  1    could not go on, or a bug
  2    refused before the first call: usage, input, a guard, a declined question,
       no credentials, a folder that exists
  3    finished, and some rows did not succeed (check: some rows are invalid)
  4    stopped before the end, resumable: credentials refused by the server,
       server down for too long, disk full, more failures than allowed, a canary
       that nobody confirmed
  130  interrupted, resumable`;

/**
 * Reads the command line and runs its command.
 * @param argv without node and script.
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal,
  commands: readonly Command[],
): Promise<ExitCode> {
  terminal.crash.argv = argv;
  const isHelp = argv.includes('--help') || argv.includes('help');
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
      withInput(argv, commands).map((word) => (word === '-' ? dash : word)),
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
    return refuse(asUsageError(error, argv, commands), terminal);
  }
  try {
    const { command, argument, flags } = chosen;
    return await command.run(argument, flags, terminal);
  } catch (error) {
    return refuse(error, terminal);
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

/** In `run --allow-damaged-ids leavers.csv` the word is the file: a value that may be missing is none where an argument would be. */
function withInput(argv: readonly string[], commands: readonly Command[]): readonly string[] {
  const flags = Object.assign({}, ...commands.map((command) => command.flags)) as Command['flags'];
  let arguments_ = 0;
  let taken: number | undefined;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    const flag = word.startsWith('--') ? flags[word.slice(2)] : undefined;
    const isFollowed = at + 1 < argv.length && argv[at + 1]?.startsWith('--') !== true;
    if (!word.startsWith('--')) arguments_ += 1;
    else if (flag?.value !== undefined && isFollowed) {
      if (flag.isValueOptional === true) taken = at;
      at += 1;
    }
  }
  if (taken === undefined || arguments_ > 1) return argv;
  return argv.map((word, at) => (at === taken ? `${word}=` : word));
}

/** No command runs while the line is parsed, so a plain error is what yargs throws for wrong usage. */
function asUsageError(error: unknown, argv: readonly string[], commands: readonly Command[]): unknown {
  if (!(error instanceof Error) || (error.constructor !== Error && error.name !== 'YError')) return error;
  const command = commands.find(({ name }) => argv.includes(name));
  const message = error.message.startsWith('Not enough non-option arguments')
    ? `${command?.name ?? 'The command'} needs <${command?.argument?.name ?? 'argument'}>: ${command?.argument?.describe ?? ''}.`
    : error.message
        .replace(/^Not enough arguments following: (.*)$/, '--$1 needs a value.')
        .replaceAll('\n', ' ');
  return new UserError(printable(message, 300), {
    hint: `See: ${programName}${command === undefined ? '' : ` ${command.name}`} --help`,
  });
}
