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
 */
export function verdictOf(plan: Plan, words: readonly string[], repaired: Repaired | undefined): Piece[] {
  const verdict =
    plan.rows.invalid === 0
      ? ofValid(plan, words)
      : repaired === undefined
        ? ofInvalid(plan, words)
        : ofRepaired(plan, words, repaired);
  return [
    { text: '' },
    ...doubtsOf(plan).map((doubt): Piece => ({ text: `Look first at ${doubt}`, tone: 'doubtful' })),
    ...verdict,
  ];
}

function ofInvalid(plan: Plan, words: readonly string[]): Piece[] {
  const { rows, problemGroups } = plan;
  const [them, they, are] = rows.invalid === 1 ? ['it', 'it', 'is'] : ['them', 'they', 'are'];
  const hasRepairs = problemGroups.some(({ repairable }) => repairable > 0);
  return [
    refused(plan),
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

function refused({ rows }: Plan): Piece {
  const are = rows.invalid === 1 ? 'is' : 'are';
  return {
    text: `${counted(rows.invalid, 'row')} ${are} invalid: a run refuses the file as it is, and sends nothing.`,
    tone: 'bad',
  };
}

function ofValid(plan: Plan, words: readonly string[]): Piece[] {
  const { rows, calls, warningCount } = plan;
  if (calls === 0)
    return [
      text(`No row is left to be sent, as ${counted(rows.skipped, 'row')} of protected users are skipped.`),
    ];
  const warnings = warningCount === 0 ? '' : `, with ${counted(warningCount, 'warning')} above`;
  return [
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
