import { grouped } from '../printable.ts';
import type { Flags } from '../settings/rules.ts';
import { hasSucceeded, isNumberOfUsers, type CanaryQuestion, type Question } from '../workflow/confirm.ts';
import { nameOf } from '../genauth/identity.ts';
import { askUntil } from '../terminal/read-line.ts';
import { doubtsOf, showCanary } from '../terminal/show-notes.ts';
import { showNotes, showPlan } from '../terminal/show-plan.ts';
import { isInteractive, say, sayLines, type Terminal } from '../terminal/terminal.ts';
import { counted } from '../terminal/wording.ts';
import { reportCommandLine } from './whole-command.ts';

/** Answers for the user, by --yes or by what they type: true to go on. */
export async function answerPlan(
  terminal: Terminal,
  flags: Flags,
  { plan, host, identity }: Question,
): Promise<boolean> {
  const pool = identity === undefined ? '' : `, ${nameOf(identity)}`;
  const whatWillBe = `${counted(plan.users, 'user')} will be signed out, ${plan.apps === 1 ? 'of 1 app' : `of ${counted(plan.apps, 'different app')} in all`}, with ${counted(plan.calls, 'call')} to ${host ?? 'the client'}${pool}.`;
  if (flags['yes'] === true) {
    sayLines(terminal, [{ text: whatWillBe }, ...showNotes(plan)]);
    return true;
  }
  sayLines(terminal, showPlan(plan, undefined, false));
  say(terminal, '');
  say(terminal, whatWillBe);
  sayLines(
    terminal,
    doubtsOf(plan).map((doubt) => ({ text: `Look first at ${doubt}`, tone: 'doubtful' as const })),
  );
  if (plan.canary !== null) {
    say(terminal, `First the canary: ${counted(plan.canary.users, 'user')}. Then you are asked again.`);
  }
  const users = grouped(plan.users);
  return askUntil(
    terminal,
    `Type the number of users (${users}) to go on: `,
    `${users}, the number of users`,
    (typed) => isNumberOfUsers(typed, plan),
  );
}

/** Likewise; without a terminal the others are not signed out unasked. */
export async function answerCanary(
  terminal: Terminal,
  flags: Flags,
  { plan, folder, canary }: CanaryQuestion,
): Promise<boolean> {
  sayLines(terminal, showCanary(canary));
  if (flags['yes'] === true) return hasSucceeded(canary);
  if (!isInteractive(terminal)) return false;
  say(terminal, '');
  say(
    terminal,
    `For every row, in another terminal: ${reportCommandLine(folder, flags)}, then look into its report.csv.`,
  );
  const rest = plan.calls - canary.calls;
  return askUntil(
    terminal,
    `Type yes to go on with the other ${counted(rest, 'call')}: `,
    'the whole word yes',
    (typed) => typed.toLowerCase() === 'yes',
  );
}
