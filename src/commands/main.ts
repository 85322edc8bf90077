import yargs, { type Argv } from 'yargs';

import { exitCodes, UserError, type ExitCode } from '../errors.ts';
import { printable } from '../input/printable.ts';
import type { Flags } from '../options.ts';
import { print, type Terminal } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { programName, refuse } from './refuse.ts';

const exitCodeHelp = `Exit codes:
  0    every row succeeded
  1    could not go on, or a bug
  2    refused before the first call: usage, input, a guard, a declined question,
       no credentials, a folder that exists
  3    finished, and some rows did not succeed (check: some rows are invalid)
  4    stopped before the end, resumable: credentials refused by the server,
       server down for too long, disk full
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
  let chosen: { command: Command; argument: string; flags: Flags } | undefined;
  const parser = commands
    .reduce(
      (parser, command) =>
        addCommand(parser, command, (argument, flags) => (chosen = { command, argument, flags })),
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
    .recommendCommands()
    .demandCommand(1, 'A command is missing.')
    .version(version)
    .help()
    .wrap(Math.min(100, terminal.stderr.columns ?? 100))
    .exitProcess(false)
    .fail(false);
  try {
    let shown = '';
    await parser.parseAsync([...argv], {}, (_error: unknown, _parsed: unknown, output: string) => {
      shown = output;
    });
    if (chosen === undefined) {
      await print(terminal, shown);
      return exitCodes.succeeded;
    }
  } catch (error) {
    return refuse(asUsageError(error, argv), terminal);
  }
  try {
    const { command, argument, flags } = chosen;
    return await command.run(argument, flags, terminal);
  } catch (error) {
    return refuse(error, terminal);
  }
}

function addCommand(parser: Argv, command: Command, choose: (argument: string, flags: Flags) => void): Argv {
  const { name, argument, describe, flags, examples } = command;
  const place =
    argument === undefined ? '' : argument.optional ? ` [${argument.name}]` : ` <${argument.name}>`;
  return parser.command(
    `${name}${place}`,
    describe,
    (builder: Argv) => {
      let built = builder.usage(`Usage: $0 ${name}${place} [options]\n\n${describe}.`).epilogue(exitCodeHelp);
      if (argument !== undefined) {
        built = built.positional(argument.name, { type: 'string', describe: argument.describe });
      }
      for (const [flag, { value, describe: text, default: preset }] of Object.entries(flags)) {
        const shown = preset === undefined ? text : `${text} [default: ${preset}]`;
        built = built.option(flag, {
          describe: shown,
          group: 'Options:',
          ...(value === undefined
            ? { type: 'boolean' as const }
            : { type: 'string' as const, requiresArg: true }),
        });
      }
      for (const [line, text] of examples) built = built.example(`$0 ${line}`, text);
      return built;
    },
    (parsed: Record<string, unknown>) => {
      const given = argument === undefined ? '' : parsed[argument.name];
      choose(typeof given === 'string' ? given : '', parsed);
    },
  );
}

function asUsageError(error: unknown, argv: readonly string[]): unknown {
  // yargs throws a plain Error of its own for wrong usage, and hands on whatever a bug throws.
  if (!(error instanceof Error) || error.name !== 'YError') return error;
  const name = argv.find((word) => !word.startsWith('-'));
  return new UserError(printable(error.message.replaceAll('\n', ' '), 300), {
    hint: `See: ${programName}${name === undefined ? '' : ` ${printable(name)}`} --help`,
  });
}
