import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Plan } from '../survey/plan.ts';
import { visible } from '../printable.ts';
import { commandLine } from '../settings/shell.ts';
import type { Piece } from '../terminal/paint.ts';
import { counted } from '../terminal/wording.ts';
import { onlyOf } from './changed-words.ts';
import { rateFlag, planFlags } from './flags.ts';
import { programName } from './print-error.ts';

const namesOfCheck: ReadonlySet<string> = new Set(Object.keys({ ...planFlags, ...rateFlag }));

/**
 * What `check` ends with: what is to be looked at first, whether a run would begin, and the whole command for what comes next.
 * @param words the command line that was given.
 * @param isRepaired a copy with the proposed repairs is written already.
 */
export function verdictOf(plan: Plan, words: readonly string[], isRepaired: boolean): Piece[] {
  const doubts = doubtsOf(plan);
  return [
    { text: '' },
    ...doubts.map((text): Piece => ({ text, tone: 'doubtful' })),
    ...(plan.rows.invalid > 0 ? ofInvalid(plan, words, isRepaired) : ofValid(plan, words)),
  ];
}

/** What may send calls for something else than is meant, although no row is invalid. */
function doubtsOf({ warningGroups, oddities }: Plan): string[] {
  const split = warningGroups
    .filter(({ kind }) => kind === 'split_app')
    .flatMap(({ examples: [first], count }) =>
      first === undefined
        ? []
        : [
            `Look first at line ${first.line}${count > 1 ? ` and ${counted(count - 1, 'other row')}` : ''}: ${visible(first.message, 400)}`,
          ],
    );
  const forms = oddities
    .filter(({ kind }) => kind === 'app_form')
    .map(({ message }) => `Look first at the apps: ${visible(message, 1000)}`);
  return [...split, ...forms];
}

function ofInvalid(plan: Plan, words: readonly string[], isRepaired: boolean): Piece[] {
  const { rows, problemGroups } = plan;
  const verdict = `${counted(rows.invalid, 'row')} ${rows.invalid === 1 ? 'is' : 'are'} invalid: a run refuses the file as it is, and sends nothing.`;
  const hasRepairs = problemGroups.some(({ repairable }) => repairable > 0);
  return [
    { text: verdict, tone: 'bad' },
    ...(hasRepairs && !isRepaired
      ? [
          text(
            'Mend them where the file was made, or have a copy written with the proposed repairs, to be looked at:',
          ),
          command([...onlyOf(words, 'check', namesOfCheck), '--write-repaired', copyOf(words[1] ?? '')]),
        ]
      : [text('Mend them where the file was made, and check it again.')]),
    ...(rows.valid > 0
      ? [
          text(
            `Or run it without them; ${rows.invalid === 1 ? 'it is' : 'they are'} reported as invalid${again(words)}:`,
          ),
          command([...onlyOf(words, 'run', namesOfCheck), '--skip-invalid']),
        ]
      : []),
  ];
}

function ofValid({ rows, calls, warningCount }: Plan, words: readonly string[]): Piece[] {
  if (calls === 0)
    return [
      text(`No row is left to be sent, as ${counted(rows.skipped, 'row')} of protected users are skipped.`),
    ];
  const warnings = warningCount === 0 ? '' : `, with ${counted(warningCount, 'warning')} above`;
  return [
    { text: `No row is invalid${warnings}. To run it${again(words)}:`, tone: 'good' },
    command(onlyOf(words, 'run', namesOfCheck)),
  ];
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

/** A path beside the input at which nothing is yet. */
function copyOf(input: string): string {
  const { dir, name } = path.parse(input === '-' ? 'stdin' : input);
  for (let count = 1; ; count += 1) {
    const file = path.join(dir, `${name}-repaired${count === 1 ? '' : `-${count}`}.csv`);
    if (!existsSync(file)) return file;
  }
}
