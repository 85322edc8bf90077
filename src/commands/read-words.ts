import type { Command } from './command.ts';
import { nearest } from '../input/words/nearest.ts';
import { otherCommandNames } from './other-names.ts';
import { isFlag, nameIn, ofFile, readFlags, takesNext, type ReadWords } from './read-flags.ts';

const helpWords: ReadonlySet<string> = new Set(['-h', '--help', '-?', '/?']);
const versionWords: ReadonlySet<string> = new Set(['-v', '-V', '--version', 'version']);

/** @param argv without node and script. @param commands all that there are, for one that is misspelled; else the named one will do. */
export function readWords(argv: readonly string[], commands: readonly Command[]): ReadWords {
  const read = understand(argv, commands);
  // What is proposed has to be right.
  const instead = read.instead.filter((line) => understand(line, commands).faults.length === 0);
  return { ...read, instead };
}

function understand(argv: readonly string[], commands: readonly Command[]): ReadWords {
  const nothing = { faults: [], instead: [], command: undefined };
  if (argv.length === 1 && versionWords.has(argv[0] ?? '')) return { ...nothing, words: ['--version'] };
  const rest = argv.filter((word) => !helpWords.has(word));
  const bare = bareWords(rest, commands);
  const isHelp = rest.length < argv.length || [bare[0], bare[1]].some((at) => rest[at ?? -1] === 'help');
  const at = bare.find((place) => commands.some(({ name }) => name === rest[place])) ?? bare[0];
  const named = at === undefined ? undefined : rest[at];
  const command = commands.find(({ name }) => name === named);
  if (isHelp && (command !== undefined || named === undefined || named === 'help')) {
    return { ...nothing, words: [...(command === undefined ? [] : [command.name]), '--help'], command };
  }
  if (named === undefined) return withoutCommand(argv);
  const others = rest.filter((_, place) => place !== at);
  if (command !== undefined) return readFlags(command, others, commands);
  return ofUnknownCommand(named, others, commands);
}

/** Where words stand that are neither a flag nor a flag's value: the first that names a command is meant, else the first is to be one. */
function bareWords(argv: readonly string[], commands: readonly Command[]): number[] {
  const flags = Object.assign({}, ...commands.map((command) => command.flags)) as Command['flags'];
  const bare: number[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!isFlag(word)) bare.push(at);
    else if (takesNext(flags[nameIn(word)], word, argv[at + 1])) at += 1;
  }
  return bare;
}

function withoutCommand(argv: readonly string[]): ReadWords {
  const [word = ''] = argv;
  const meant = nearest(nameIn(word), ['help', 'version']).map((name) => [`--${name}`]);
  return {
    words: argv,
    faults: ['A command is missing.'],
    instead: word === '' ? [] : meant,
    command: undefined,
  };
}

const ofRun = /offboard-.*\d{8}T\d{6}Z/;

function ofUnknownCommand(named: string, others: readonly string[], commands: readonly Command[]): ReadWords {
  if (ofFile.test(named) || ofRun.test(named)) {
    const meant = ofFile.test(named) ? ['check', 'run'] : ['report', 'resume'];
    return {
      words: [],
      faults: [`A command is missing before ${named}.`],
      instead: commands
        .filter(({ name }) => meant.includes(name))
        .flatMap((each) => linesOf(readFlags(each, [named, ...others], commands))),
      command: undefined,
    };
  }
  const other = otherCommandNames.get(named.toLowerCase());
  const meant =
    other === undefined
      ? nearest(
          named,
          commands.map(({ name }) => name),
        )
      : [other];
  const fault = `"${named}" is no command.`;
  const command = commands.find(({ name }) => name === meant[0]);
  if (meant.length !== 1 || command === undefined) {
    return { words: [], faults: [fault], instead: [], command: undefined };
  }
  const read = readFlags(command, others, commands);
  return { ...read, faults: [fault, ...read.faults], instead: linesOf(read), command: undefined };
}

/** As it stands where it is right, else as it may be meant. */
function linesOf({ faults, words, instead }: ReadWords): ReadWords['instead'] {
  return faults.length === 0 ? [words] : instead;
}
