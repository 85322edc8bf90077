import { statSync } from 'node:fs';

import { check } from '../workflow/check.ts';
import { UserError } from '../errors.ts';
import { prove } from '../files/proven-file.ts';
import { readProtection } from '../survey/protection.ts';
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

/**
 * What would be refused of the file, and of the list beside it, once all else is there; what comes only once is not looked at.
 * @param plan undefined where it is wrong itself, and then only whether there is such a file.
 */
export async function faultsOfInput(
  input: string,
  plan: PlanOptions | undefined,
  guards: GuardOptions | undefined,
  stopSignal: AbortSignal,
): Promise<UserError[]> {
  const found = input === '-' ? undefined : statSync(input, { throwIfNoEntry: false });
  const isMissing = input !== '-' && (found === undefined || found.isDirectory());
  const list = plan?.protect;
  const ofList = list === undefined ? [] : await faultOf(() => readProtection(list));
  if (isMissing) return [...(await faultOf(() => prove(input))), ...ofList];
  const isLooked = found?.isFile() === true && found.size <= longestChecked;
  if (plan === undefined || guards === undefined || !isLooked) return ofList;
  const usable = ofList.length === 0 ? plan : { ...plan, protect: undefined };
  const ofFile = await faultOf(async () => {
    const checked = await check(input, usable, { stopSignal });
    refuseOtherFile(checked.input.name, checked.input, guards);
    refuseUnusable(checked, plan);
    refuseTooManyUsers(checked, guards);
  });
  return [...ofFile, ...ofList];
}

async function faultOf(look: () => Promise<unknown>): Promise<UserError[]> {
  try {
    await look();
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
