import path from 'node:path';

import { countryPlaceholder } from '../errors.ts';
import { freeName } from '../files/free-name.ts';
import { commandLine, programName } from '../settings/shell.ts';
import type { Plan } from '../survey/plan.ts';
import type { Piece } from '../terminal/paint.ts';
import { doubtsOf } from '../terminal/show-notes.ts';
import { counted } from '../terminal/wording.ts';
import { changed, onlyOf } from './changed-words.ts';
import { namesOfCheck } from './flags.ts';
import { fileWord } from './whole-command.ts';

/** A copy with the proposed repairs that was written. */
export interface Repaired {
  readonly file: string;
  /** Rows that are still invalid in it. */
  readonly rowsLeft: number;
}

/**
 * What `check` ends with: what is to be looked at first, whether a run would begin, and the whole command for what comes next.
 * @param words the command line that was given.
 * @param isLookedUp GenAuth was asked for its apps, as a run asks it.
 */
export function verdictOf(
  plan: Plan,
  words: readonly string[],
  repaired: Repaired | undefined,
  isLookedUp: boolean,
): Piece[] {
  const names = isLookedUp ? undefined : namesIn(plan);
  const verdict =
    plan.rows.invalid === 0
      ? ofValid(plan, words, names)
      : names === 'all_that_is_invalid'
        ? [refused(plan, true), ...ofNames(plan, words)]
        : repaired === undefined
          ? ofInvalid(plan, words, names)
          : ofRepaired(plan, words, repaired);
  return [
    { text: '' },
    ...doubtsOf(plan).map((doubt): Piece => ({ text: `Look first at ${doubt}`, tone: 'doubtful' })),
    ...verdict,
  ];
}

/** What a run may plan otherwise, as GenAuth's list of apps may have names that look wrong, or like two, without it. */
type Names = 'some' | 'all_that_is_invalid' | undefined;

function namesIn({ problemGroups, warningGroups, oddities }: Plan): Names {
  const ofForm = problemGroups.filter(({ kind }) => kind === 'app_form');
  if (ofForm.length > 0) return ofForm.length === problemGroups.length ? 'all_that_is_invalid' : 'some';
  const mayBe =
    warningGroups.some(({ kind }) => kind === 'split_app') ||
    oddities.some(({ kind }) => kind === 'app_form');
  return mayBe ? 'some' : undefined;
}

/** The same check with GenAuth's own word. */
function ofNames(plan: Plan, words: readonly string[]): Piece[] {
  const own = new Set([...namesOfCheck].filter((name) => name !== 'no-look-up'));
  return [
    text(
      `A run first reads GenAuth's list of apps, where these may be names, and then plans otherwise. To see what it will do${again(words)}:`,
    ),
    command([...onlyOf(words, 'check', own), ...countryWords(plan, words), '--look-up']),
  ];
}

function ofInvalid(plan: Plan, words: readonly string[], names: Names): Piece[] {
  const { rows, problemGroups } = plan;
  const [them, they, are] = rows.invalid === 1 ? ['it', 'it', 'is'] : ['them', 'they', 'are'];
  const hasRepairs = problemGroups.some(({ repairable }) => repairable > 0);
  return [
    refused(plan),
    ...(names === undefined ? [] : ofNames(plan, words)),
    ...(hasRepairs
      ? [
          text(
            `Mend ${them} where the file was made, or have a copy written with the proposed repairs, to be looked at:`,
          ),
          command([...forCheck(plan, words), '--write-repaired', copyOf(words[1] ?? '')]),
        ]
      : [text(`Mend ${them} where the file was made, and check it again.`)]),
    ...(rows.valid > 0
      ? [
          text(`Or run it without ${them}; ${they} ${are} reported as invalid${again(words)}:`),
          command([...forRun(plan, words), '--skip-invalid']),
        ]
      : []),
  ];
}

/** What is gone on with is the copy that was just written. */
function ofRepaired(plan: Plan, words: readonly string[], { file, rowsLeft }: Repaired): Piece[] {
  const others = rowsLeft === 1 ? 'row' : counted(rowsLeft, 'row');
  const rest = rowsLeft === 0 ? '' : `mend the other ${others} in it, `;
  // The copy is CSV in UTF-8.
  const ofInput = ['sheet', 'encoding', 'delimiter'];
  const names = new Set([...namesOfCheck].filter((name) => !ofInput.includes(name)));
  return [
    refused(plan),
    text(
      `Compare the repairs in ${file} with the system that the IDs came from, in a text editor, as a spreadsheet would damage them again; ${rest}then run it:`,
    ),
    command(changed(onlyOf(forRun(plan, words), 'run', names), [], fileWord(file))),
  ];
}

/** @param areNames nothing but the names of apps is wrong. */
function refused({ rows }: Plan, areNames = false): Piece {
  const are = rows.invalid === 1 ? 'is' : 'are';
  const unless = areNames ? " unless its apps are names of GenAuth's list" : '';
  const when = rows.invalid === 1 ? unless : unless.replace('its', 'their');
  return {
    text: `${counted(rows.invalid, 'row')} ${are} invalid${when}: ${areNames ? 'else ' : ''}a run refuses the file as it is, and sends nothing.`,
    tone: 'bad',
  };
}

function ofValid(plan: Plan, words: readonly string[], names: Names): Piece[] {
  const { rows, calls, warningCount } = plan;
  if (calls === 0)
    return [
      text(`No row is left to be sent, as ${counted(rows.skipped, 'row')} of protected users are skipped.`),
    ];
  const warnings = warningCount === 0 ? '' : `, with ${counted(warningCount, 'warning')} above`;
  return [
    ...(names === undefined ? [] : ofNames(plan, words)),
    { text: `No row is invalid${warnings}. To run it${again(words)}:`, tone: 'good' },
    command(forRun(plan, words)),
  ];
}

function forCheck(plan: Plan, words: readonly string[]): string[] {
  return [...onlyOf(words, 'check', namesOfCheck), ...countryWords(plan, words)];
}

function forRun(plan: Plan, words: readonly string[]): string[] {
  return [...onlyOf(words, 'run', namesOfCheck), ...countryWords(plan, words)];
}

/** GenAuth stores phone numbers without the country code that these have: which one the numbers mostly say. */
function countryWords({ warningGroups, phones }: Plan, words: readonly string[]): string[] {
  const isGiven = words.some((word) => /^--phone-country(=|$)/.test(word));
  if (isGiven || !warningGroups.some(({ kind }) => kind === 'country_prefix')) return [];
  const codes = new Set(
    Object.keys(phones?.prefixes ?? {}).map((prefix) => prefix.replace(/^(?:\+|00)/, '')),
  );
  const [code] = codes;
  return ['--phone-country', code && codes.size === 1 ? code : countryPlaceholder];
}

/** Stdin is read up by now. */
function again(words: readonly string[]): string {
  return words[1] === '-' ? ', with the same input on stdin' : '';
}

function text(line: string): Piece {
  return { text: line };
}

function command(words: readonly string[]): Piece {
  return { text: `  ${commandLine(programName, ...words)}` };
}

/** A path beside the input. */
function copyOf(input: string): string {
  const { dir, name } = path.parse(input === '-' ? 'stdin' : input);
  return freeName(path.join(dir, `${name}-repaired.csv`));
}
