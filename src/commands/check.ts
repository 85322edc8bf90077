import path from 'node:path';

import { check, writeCalls, writeProblems, type CallsWritten } from '../workflow/check.ts';
import { exitCodes, UserError, refuseInterrupted } from '../errors.ts';
import type { OffboardEvent } from '../events.ts';
import type { Plan } from '../survey/plan.ts';
import { grouped, visible } from '../printable.ts';
import { rereadable } from '../input/reread.ts';
import { freeName, isTaken } from '../files/free-name.ts';
import type { ProblemFiles, ProblemFilesWritten } from '../report/write-problems.ts';
import { type Flags } from '../settings/rules.ts';
import { number, text } from '../settings/read-flag.ts';
import { planOptions, type PlanOptions } from '../settings/plan-options.ts';
import { refuseEmpty } from '../workflow/refusals.ts';
import { sayReading } from '../terminal/read-line.ts';
import { createProgress } from '../terminal/progress.ts';
import { showPlan } from '../terminal/show-plan.ts';
import { print, type Terminal } from '../terminal/terminal.ts';
import { serverOptions } from '../settings/server-options.ts';
import { counted } from '../terminal/wording.ts';
import type { Known } from '../workflow/check.ts';
import type { AppsOptions } from '../workflow/apps.ts';
import type { Coverage, writeCoverage as WriteCoverageOf } from '../workflow/coverage.ts';
import type { Command } from './command.ts';
import { connectionSettings } from './connection-settings.ts';
import {
  credentialFlags,
  jsonFlag,
  networkFlags,
  planFlags as flagsOfPlan,
  rateFlag,
  serverFlags,
} from './flags.ts';
import { allOf, faultsOfInput, gather } from './gather.ts';
import { verdictOf, type Repaired } from './verdict.ts';

export const checkCommand: Command = {
  name: 'check',
  describe: 'Reads the whole file and prints what a run would do; sends nothing',
  argument: { name: 'input', describe: 'CSV file or Excel workbook (.xlsx) of users, or - for stdin' },
  flags: {
    ...flagsOfPlan,
    ...rateFlag,
    problems: {
      value: 'file',
      describe: 'Write all problems into a new CSV file, to be sent back to whoever made the input',
    },
    'write-repaired': {
      value: 'file',
      describe: 'Write a copy with the proposed repairs into a new CSV file, to be looked at and then run',
    },
    calls: {
      value: 'file',
      describe: 'Write the plan, call by call, into a new CSV file, to be looked at before the run',
    },
    coverage: {
      value: 'file',
      describe:
        'Ask GenAuth which apps each user has ever used, and write those that the input does not name into a new CSV file that `run` takes; one question for each user',
    },
    ...serverFlags,
    ...credentialFlags,
    ...networkFlags,
    ...jsonFlag,
  },
  examples: [
    ['check leavers.csv', 'the plan, with all problems by line'],
    [
      'check leavers.csv --problems problems.csv --write-repaired repaired.csv',
      'all problems to send back, and a copy in which damaged IDs are repaired',
    ],
    ['check leavers.csv --calls calls.csv', 'the plan, and each call of it in a file'],
    ['check staff.xlsx --sheet Leavers', 'of a sheet that is not the first one'],
    ['check leavers.csv --rate 50 --json', 'the plan as JSON, with the shortest time at 50 a second'],
  ],
  async run(input, flags, terminal) {
    const { options, rate, callFile, coverageFile, files, reach } = await settings(input, flags, terminal);
    const { abortSignal } = terminal;
    const progress = createProgress(terminal);
    const hooks = {
      onEvent: (event: OffboardEvent) => progress.listen(event),
      stopSignal: terminal.stopSignal,
    };
    const stop = { stopSignal: terminal.stopSignal };
    if (input === '-') sayReading(terminal, terminal.stdin);
    const [source, name] = input === '-' ? [terminal.stdin, 'stdin'] : [input, path.basename(input)];
    const file = await rereadable(source, name, terminal.stopSignal).catch((error: unknown) => {
      refuseInterrupted(terminal);
      throw error;
    });
    let plan: Plan;
    let written: ProblemFilesWritten | undefined;
    let calls: CallsWritten | undefined;
    let coverage: Coverage | undefined;
    let known: Known | undefined;
    try {
      known = reach ? await lookUp(file.path, options, { ...reach, ...hooks, abortSignal }) : undefined;
      plan = await check(file.path, options, { ...hooks, known });
      progress.close();
      refuseEmpty(plan);
      const asked = filesFor(plan, files);
      if (Object.keys(asked).length > 0)
        written = await writeProblems(file.path, asked, plan, options, { ...hooks, known });
      if (callFile !== undefined)
        calls = await writeCalls(file.path, callFile, plan, options, { ...stop, known });
      if (coverageFile !== undefined && reach !== undefined)
        coverage = await writeCoverage(file.path, coverageFile, plan, options, { ...reach, ...stop, known });
    } finally {
      // Its timer would keep a command that is refused from ending.
      progress.close();
      known?.close();
      await file.remove();
    }
    const shortestSeconds = rate === undefined ? null : plan.calls / rate;
    await print(
      terminal,
      flags['json'] === true
        ? JSON.stringify(
            {
              ...plan,
              shortestSeconds,
              written: written ?? null,
              callsWritten: calls ?? null,
              coverage: coverage ?? null,
            },
            undefined,
            2,
          )
        : [
            ...showPlan(plan, rate),
            ...showWritten(plan, files, written).map((text) => ({ text })),
            ...showCalls(callFile, calls).map((text) => ({ text })),
            ...showCoverage(coverageFile, coverage).map((text) => ({ text })),
            ...verdictOf(plan, terminal.crash.argv, repairedIn(plan, files, written), reach !== undefined),
          ],
    );
    return plan.rows.invalid > 0 ? exitCodes.incomplete : exitCodes.succeeded;
  },
};

function showCoverage(file: string | undefined, coverage: Coverage | undefined): string[] {
  if (file === undefined || coverage === undefined) return [];
  const { users, uncovered, unknown, apps } = coverage;
  const have = uncovered === 1 ? 'has' : 'have';
  return [
    '',
    unknown === users
      ? `Coverage   ${file}: GenAuth did not say of any user which apps they have used, so nothing is known`
      : `Coverage   ${file}: ${grouped(uncovered)} of ${counted(users - unknown, 'user')} ${have} used apps that the input does not name; a session there can sign them in again`,
    ...apps.map(
      ({ appId, name, users: of }) =>
        `           ${visible(name, 40)} (${visible(appId, 40)}): ${counted(of, 'user')}`,
    ),
    ...(unknown === 0 || unknown === users
      ? []
      : [`           of ${counted(unknown, 'user')} GenAuth did not say`]),
  ];
}

async function writeCoverage(...args: Parameters<typeof WriteCoverageOf>): Promise<Coverage> {
  return (await import('../workflow/coverage.ts')).writeCoverage(...args);
}

/** Loaded only then, as a check without it needs nothing of a network. */
async function lookUp(file: string, options: PlanOptions, how: AppsOptions): Promise<Known> {
  return (await import('../workflow/apps.ts')).lookUp(file, options, how);
}

/** All that is given, or one refusal that names all that is wrong: better said before a big file is read. */
async function settings(input: string, flags: Flags, terminal: Terminal) {
  const { attempt, faults } = gather();
  const options = attempt(() => planOptions(flags));
  const rate = attempt(() => number(flags, 'rate', { from: 0.01, to: 1_000_000, fraction: true }));
  const callFile = attempt(() => newFile(flags, 'calls'));
  const problems = attempt(() => newFile(flags, 'problems'));
  const repaired = attempt(() => newFile(flags, 'write-repaired'));
  const coverageFile = attempt(() => newFile(flags, 'coverage'));
  const isAsked = options?.lookUp === true || flags['coverage'] !== undefined;
  const server = isAsked ? attempt(() => serverOptions(flags, terminal.environment)) : undefined;
  const connection = isAsked ? attempt(() => connectionSettings(flags, terminal, server?.host)) : undefined;
  if (options === undefined || faults.length > 0)
    throw allOf([...(await faultsOfInput(input, undefined, undefined, terminal.stopSignal)), ...faults], []);
  const reach = server && connection && { server, ...connection };
  return { options, rate, callFile, coverageFile, files: { problems, repaired }, reach };
}

/** A path where nothing is yet. */
function newFile(flags: Flags, name: string): string | undefined {
  const file = text(flags, name);
  if (file === undefined || !isTaken(file)) return file;
  throw new UserError(`--${name}: ${file} is already there.`, {
    hint: 'Choose another name.',
    ways: [[`--${name}`, freeName(file)]],
  });
}

/** Those that there is something to write into. */
function filesFor(plan: Plan, { problems, repaired }: ProblemFiles): ProblemFiles {
  return {
    ...(problems !== undefined && hasProblems(plan) ? { problems } : {}),
    ...(repaired !== undefined && hasRepairs(plan) ? { repaired } : {}),
  };
}

function hasProblems({ problemCount, warningCount }: Plan): boolean {
  return problemCount + warningCount > 0;
}

function hasRepairs(plan: Plan): boolean {
  return plan.problemGroups.some(({ repairable }) => repairable > 0);
}

function repairedIn(
  plan: Plan,
  { repaired }: ProblemFiles,
  written: ProblemFilesWritten | undefined,
): Repaired | undefined {
  const isWritten = repaired !== undefined && written !== undefined && hasRepairs(plan);
  return isWritten ? { file: repaired, rowsLeft: written.rowsLeft } : undefined;
}

/** Which files there are now; the verdict says what to do with them. */
function showWritten(plan: Plan, files: ProblemFiles, written: ProblemFilesWritten | undefined): string[] {
  const lines: string[] = [];
  if (files.problems !== undefined && !hasProblems(plan)) {
    lines.push(`Problems   there are none, so ${files.problems} was not written`);
  } else if (files.problems !== undefined && written !== undefined) {
    const { problems, warnings } = written;
    lines.push(
      `Problems   ${files.problems}: ${counted(problems, 'problem')}, ${counted(warnings, 'warning')}`,
    );
  }
  if (files.repaired !== undefined && !hasRepairs(plan)) {
    lines.push(`Repaired   nothing can be repaired, so ${files.repaired} was not written`);
  } else if (files.repaired !== undefined && written !== undefined) {
    const { rowsRepaired, rowsLeft, rowsLeftOut, linesLeft, linesLeftOut } = written;
    lines.push(
      `Repaired   ${files.repaired}: ${counted(rowsRepaired, 'row')} repaired, ${counted(rowsLeft, 'row')} still invalid${showLines(linesLeft, rowsLeft)}`,
      ...(rowsLeftOut === 0
        ? []
        : [
            `           left out: ${counted(rowsLeftOut, 'row')} that only the workbook shows to be wrong${showLines(linesLeftOut, rowsLeftOut)}`,
          ]),
    );
  }
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Where they stand in the input. */
function showLines(lines: readonly number[], count: number): string {
  if (count === 0) return '';
  const rest = count - lines.length;
  return ` (line ${lines.map(String).join(', ')}${rest > 0 ? ` and ${grouped(rest)} more` : ''})`;
}

function showCalls(file: string | undefined, written: CallsWritten | undefined): string[] {
  if (file === undefined || written === undefined) return [];
  const { calls, sha256, formulas, firstFormula } = written;
  const cells = formulas === 1 ? 'cell begins' : 'cells begin';
  const first =
    firstFormula && `, the first in call ${firstFormula.seq}: "${visible(firstFormula.cell, 60)}"`;
  return [
    '',
    `Calls      ${file}: ${counted(calls, 'call')}, as a run of this file will make them, SHA-256 ${sha256}`,
    ...(formulas === 0
      ? []
      : [
          `           ${grouped(formulas)} ${cells} like a formula${first}. They are as they are sent:`,
          '           open the file in a spreadsheet only with all columns as text.',
        ]),
  ];
}
