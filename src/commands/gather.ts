import { statSync } from 'node:fs';

import { check } from '../workflow/check.ts';
import { UserError } from '../errors.ts';
import { commandLine, programName } from '../settings/shell.ts';
import type { GuardOptions } from '../settings/guard-options.ts';
import type { PlanOptions } from '../settings/plan-options.ts';
import { refuseOtherFile, refuseTooManyUsers, refuseUnusable } from '../workflow/refusals.ts';

/** Tries one thing after the other, so that all that is missing can be said at once. */
export interface Gathering {
  /** @returns undefined when the user has to mend something first. */
  attempt<T>(make: () => T): T | undefined;
  readonly faults: readonly UserError[];
}

export function gather(): Gathering {
  const faults: UserError[] = [];
  return {
    attempt(make) {
      try {
        return make();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        faults.push(error);
        return undefined;
      }
    },
    faults,
  };
}

/** A longer file takes so long to check that who has forgotten something else would not wait for it. */
const longestChecked = 64 * 1024 * 1024;

/** What would be refused of the file once all else is there; what comes only once is not looked at. */
export async function faultsOfInput(
  input: string,
  plan: PlanOptions,
  guards: GuardOptions,
  stopSignal: AbortSignal,
): Promise<UserError[]> {
  const found = input === '-' ? undefined : statSync(input, { throwIfNoEntry: false });
  const isLooked = found === undefined || (found.isFile() && found.size <= longestChecked);
  if (input === '-' || !isLooked) return [];
  try {
    const checked = await check(input, plan, { stopSignal });
    refuseOtherFile(checked.input.name, checked.input, guards);
    refuseUnusable(checked, plan);
    refuseTooManyUsers(checked, guards);
    return [];
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}

/**
 * One refusal for all.
 * @param further flags that the command needs beside those that the faults name; undefined when no command is to be pasted.
 */
export function allOf(faults: readonly UserError[], further: readonly string[] | undefined): UserError {
  const [first, ...others] = faults;
  if (first !== undefined && others.length === 0) return first;
  const told = faults.map(({ message, hint, command }, at) => {
    const shown = [hint ?? [], command.length === 0 ? [] : commandLine(programName, ...command)].flat();
    return `\n  ${at + 1}. ${message}${shown.length === 0 ? '' : `\n     ${shown.join(' ')}`}`;
  });
  // Where one leaves several ways open, each goes with what the others need.
  const open = faults.find(({ ways }) => ways.length > 1);
  const own = faults.flatMap((fault) => (fault === open ? [] : (fault.ways[0] ?? [])));
  const ways = (open?.ways ?? [[]]).map((way) => [...way, ...own, ...(further ?? [])]);
  const argument = faults.find((fault) => fault.argument !== undefined)?.argument;
  return new UserError(
    `Nothing was sent: ${faults.length} things are missing or wrong.${told.join('')}`,
    further === undefined
      ? {}
      : {
          hint: 'When all of that is there:',
          ways,
          argument,
          isShownByCheck:
            faults.map((fault) => fault.isShownByCheck).find((shown) => shown !== false) ?? false,
        },
  );
}
