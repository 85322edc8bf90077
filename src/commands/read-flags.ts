import type { Flag } from '../settings/rules.ts';
import type { Command } from './command.ts';
import { nearest } from '../input/words/nearest.ts';
import { dryRunNames, otherFlagNames } from './other-names.ts';

/** What a command line says, or what is wrong with it. */
export interface ReadWords {
  /** The words as they are meant, the command first. */
  readonly words: readonly string[];
  /** What is wrong, in sentences; none when all is right. */
  readonly faults: readonly string[];
  /** The right lines that may be meant, without the program's name; none where that is not known. */
  readonly instead: readonly (readonly string[])[];
  /** The command that it is about. */
  readonly command: Command | undefined;
}

/** What the names of inputs end with. */
export const ofFile = /\.(csv|tsv|txt|xlsx?|xlsm)$/i;

/** A line in the making: as it is meant, as far as that can be told. */
interface Line {
  readonly command: Command;
  readonly commands: readonly Command[];
  /** Flags and their values. */
  readonly flags: string[];
  readonly inputs: string[];
  readonly faults: string[];
  /** What is meant can be told. */
  isClear: boolean;
  /** What is wanted is to see what would be done. */
  isDryRun: boolean;
}

/** What follows the command. @param commands those whose flags it may be that are given. */
export function readFlags(
  command: Command,
  others: readonly string[],
  commands: readonly Command[],
): ReadWords {
  const line: Line = {
    command,
    commands,
    flags: [],
    inputs: [],
    faults: [],
    isClear: true,
    isDryRun: false,
  };
  for (let at = 0; at < others.length; at += 1) {
    const word = others[at] ?? '';
    if (word === '--') {
      line.inputs.push(...others.slice(at + 1));
      break;
    }
    if (!isFlag(word) && !isFlagWithoutDashes(word, line)) line.inputs.push(word);
    else if (readFlag(word, others[at + 1], line)) at += 1;
  }
  giveBackInput(line);
  checkInputs(line);
  return finished(line);
}

/** In `run --allow-damaged-ids leavers.csv` the word is the file: a value that may be missing is none where an argument would be. */
function giveBackInput({ command, flags, inputs }: Line): void {
  if (inputs.length > 0 || command.argument === undefined) return;
  const at = flags.findLastIndex(
    (word) => isFlag(word) && command.flags[nameIn(word)]?.isValueOptional === true,
  );
  const [flag = '', value] = at === -1 ? [] : flags.slice(at, at + 2);
  if (value === undefined || isFlag(value) || flag.includes('=')) return;
  flags.splice(at, 2, `${flag}=`);
  inputs.push(value);
}

function finished({ command, commands, flags, inputs, faults, isClear, isDryRun }: Line): ReadWords {
  const check = commands.find(({ name }) => name === 'check');
  const meant = isDryRun && check !== undefined ? check : command;
  const words = [meant.name, ...inputs, ...(meant === command ? flags : onlyOf(meant, flags))];
  const isShown = isClear && !flags.some((word) => isFlag(word) && isSecret(nameIn(word)));
  return { words, faults, instead: faults.length > 0 && isShown ? [words] : [], command };
}

/** Without the flags that the command does not have. */
function onlyOf(command: Command, flags: readonly string[]): string[] {
  const kept: string[] = [];
  let isKept = false;
  for (const word of flags) {
    if (isFlag(word)) isKept = Object.hasOwn(command.flags, nameIn(word));
    if (isKept) kept.push(word);
  }
  return kept;
}

/** @returns whether the next word is its value. */
function readFlag(word: string, next: string | undefined, line: Line): boolean {
  const { command, faults } = line;
  const name = nameIn(word);
  const own = Object.hasOwn(command.flags, name) ? command.flags[name] : undefined;
  if (own !== undefined && word.startsWith('--')) return readOwn(word, own, next, line);
  if (own === undefined && isSecret(name)) return readSecret(word, next, line);
  if (own === undefined && dryRunNames.has(name)) {
    faults.push(`--${name} is no flag: \`check\` shows what would be done, and sends nothing.`);
    line.isDryRun = true;
    return false;
  }
  const [meant, another] = own === undefined ? meantBy(name, command) : [name];
  const flag = command.flags[meant ?? ''];
  if (meant === undefined || another !== undefined || flag === undefined)
    return readForeign(word, next, line);
  faults.push(own === undefined ? `${dashesOf(word)}${name} is no flag of ${command.name}.` : lacks(word));
  const value = /=(.*)$/s.exec(word)?.[1] ?? (name.startsWith(meant) ? /\d.*$/.exec(name)?.[0] : undefined);
  return readOwn(value === undefined ? `--${meant}` : `--${meant}=${value}`, flag, next, line);
}

function lacks(word: string): string {
  const name = nameIn(word);
  switch (dashesOf(word)) {
    case '':
      return `${name} lacks the two dashes that flags begin with.`;
    case '-':
      return `-${name} lacks a dash: flags begin with two.`;
    default:
      return `${dashesOf(word)}${name} begins with what text programs put in the place of two dashes.`;
  }
}

/** One that the command has. */
function readOwn(word: string, flag: Flag, next: string | undefined, line: Line): boolean {
  const { flags, faults } = line;
  const name = nameIn(word);
  flags.push(word);
  if (flag.value === undefined) {
    if (!word.includes('=')) return false;
    faults.push(`--${name} takes no value.`);
    const isNo = /=(false|no|off|0)$/i.test(word);
    flags.splice(-1, 1, ...(isNo ? [] : [`--${name}`]));
    return false;
  }
  if (takesNext(flag, word, next)) {
    flags.push(next ?? '');
    return true;
  }
  if (word.includes('=') || flag.isValueOptional === true) return false;
  faults.push(`--${name} needs a value: --${name} <${flag.value}>.`);
  line.isClear = false;
  return false;
}

/** One that another command has, or none. */
function readForeign(word: string, next: string | undefined, line: Line): boolean {
  const { command, commands, faults } = line;
  const name = nameIn(word);
  const owners = commands.filter(({ flags }) => Object.hasOwn(flags, name) && flags[name]?.hidden !== true);
  if (owners.length > 0) {
    const names = owners.map((owner) => owner.name).join(', ');
    faults.push(`--${name} is no flag of ${command.name}, but of ${names}.`);
    return takesNext(owners[0]?.flags[name], word, next);
  }
  line.isClear = false;
  const meant = meantBy(name, command).map((each) => `--${each}`);
  faults.push(
    isKey(name)
      ? 'The access key is given in the environment, as GENAUTH_ACCESS_KEY_ID and GENAUTH_ACCESS_KEY_SECRET.'
      : `${dashesOf(word)}${name} is no flag of ${command.name}${meant.length === 0 ? '' : `; perhaps ${meant.join(' or ')} is meant`}.`,
  );
  // Whether it would take a value nobody knows, so what follows is no argument too many.
  return next !== undefined && !isFlag(next) && line.inputs.length > 0;
}

/** It is refused later on, in its own words; what it is must not be shown. */
function readSecret(word: string, next: string | undefined, { command, flags, faults }: Line): boolean {
  if (Object.hasOwn(command.flags, 'access-key-secret')) flags.push('--access-key-secret=***');
  else faults.push(`${command.name} needs no secret, and the command line is no place for one.`);
  return !word.includes('=') && next !== undefined && !isFlag(next);
}

function isSecret(name: string): boolean {
  const [meant] = nearest(name, ['access-key-secret', 'access-key-secret-file']);
  return /secret|passw|^sk$/i.test(name) && meant !== 'access-key-secret-file';
}

function isKey(name: string): boolean {
  return /^(access-?)?key(-?id)?$|^ak$/i.test(name);
}

function meantBy(name: string, { flags }: Command): string[] {
  const names = Object.keys(flags).filter((each) => flags[each]?.hidden !== true);
  const other = otherFlagNames.get(name.toLowerCase())?.find((each) => names.includes(each));
  if (other !== undefined) return [other];
  // `--rate50`, `--rate:50`
  const withoutNumber = name.replace(/:?\d.*$/, '');
  return withoutNumber !== name && names.includes(withoutNumber)
    ? [withoutNumber]
    : nearest(name, [...names, 'help']);
}

/** `rate=50`; and `yes` or `rate 50` behind the input. */
function isFlagWithoutDashes(word: string, { command, inputs }: Line): boolean {
  const name = nameIn(word);
  if (!Object.hasOwn(command.flags, name) || command.flags[name]?.hidden === true) return false;
  return word.includes('=') || inputs.length > 0;
}

/** Arguments, as many as the command takes. */
function checkInputs(line: Line): void {
  const { command, inputs, faults, flags } = line;
  const { argument, name } = command;
  if (argument === undefined) {
    if (inputs.length > 0) faults.push(`${name} takes no argument, and there is "${inputs.join(' ')}".`);
    inputs.splice(0);
    return;
  }
  if (inputs.length > 1) {
    const last = inputs.at(-1) ?? '';
    const isOneName = ofFile.test(last) && !inputs.slice(0, -1).some((word) => ofFile.test(word));
    faults.push(
      isOneName
        ? `A name with spaces in it has to stand in quotation marks: "${inputs.join(' ')}".`
        : `${name} takes one <${argument.name}>, and there are ${inputs.length}: ${inputs.join(', ')}.`,
    );
    inputs.splice(0, inputs.length, isOneName ? inputs.join(' ') : (inputs[0] ?? ''));
  }
  if (inputs.length > 0 || argument.optional === true) return;
  const taken = flags.findIndex((word, at) => at > 0 && !isFlag(word) && ofFile.test(word));
  const isTaken = taken === -1 ? '' : ` ${flags[taken]} is taken for the value of ${flags[taken - 1]}.`;
  faults.push(`${name} needs <${argument.name}>: ${argument.describe}.${isTaken}`);
  line.isClear = false;
}

/** Whatever its dashes are. A lone `-` is stdin, and what follows one with a digit is a number. */
export function isFlag(word: string): boolean {
  return /^(--|-(?!\d)|[‐‑‒–—―−]+)./s.test(word);
}

/** `rate` of `--rate=5`, `-rate`, `–rate`. */
export function nameIn(word: string): string {
  return word.slice(dashesOf(word).length).split('=', 1)[0] ?? '';
}

function dashesOf(word: string): string {
  return /^[-‐‑‒–—―−]*/.exec(word)?.[0] ?? '';
}

export function takesNext(flag: Flag | undefined, word: string, next: string | undefined): boolean {
  const hasNext = next !== undefined && !isFlag(next) && next !== '--';
  return flag?.value !== undefined && !word.includes('=') && hasNext;
}
