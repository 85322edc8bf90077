import type { OffboardEvent } from '../events.ts';
import type { Asker } from '../execute/ask.ts';
import type { Connection } from '../genauth/connection.ts';
import type { Asked, Question } from '../genauth/question.ts';
import { blameOf } from '../genauth/verdict.ts';
import type { Ask } from '../tenant/ask.ts';

/** A question that the key was allowed before; undefined where there was none. */
type Witness = () => Question<unknown> | undefined;

/**
 * An asker that is stopping has no last word about what was not answered. Where a question is refused with 403 and there is a witness, the
 * next attempt, of whichever question, asks that one instead, and so does the next of the refused question: where it is answered it is
 * nobody's right to ask that is missing, and the refusal was the last word.
 */
export function askWith(asker: Asker, { ask }: Connection, witness: Witness): Ask {
  let isInDoubt = false;
  return async <T>(question: Question<T>) => {
    if (ask === undefined) return undefined;
    let refused: Asked<T> | undefined;
    for (;;) {
      const asked = await asker.ask<Asked<T> | IsWitnessed>(async () => {
        const known = isInDoubt || refused !== undefined ? witness() : undefined;
        if (known === undefined) {
          const given = await ask(question);
          const blame = blameOf(given.reply);
          refused = blame === 'right' ? given : undefined;
          if (blame === 'right' || blame === 'call') isInDoubt = blame === 'right';
          return { reply: given.reply, answer: given };
        }
        isInDoubt = false;
        const { reply } = await ask(known);
        const blame = blameOf(reply);
        isInDoubt ||= blame === 'right';
        return { reply, answer: blame === 'call' ? isWitnessed : undefined };
      });
      const isStopping = asker.stop !== undefined;
      if (asked?.answer === isWitnessed && refused !== undefined) return refused;
      if (typeof asked?.answer === 'object' && !(isStopping && asked.answer.answer === undefined)) {
        if (refused === undefined || witness() === undefined) return asked.answer;
      }
      if (isStopping) return undefined;
    }
  };
}

const isWitnessed = Symbol('the witness was answered');
type IsWitnessed = typeof isWitnessed;

type OnServer = (waitsFor: Extract<OffboardEvent, { readonly type: 'server' }>['waitsFor']) => void;

/** Tells what is waited for, but for refusals while a witness may tell in a moment that they are not about all. */
export function tellServer(tell: OnServer, witness: Witness): OnServer {
  let isTold = false;
  return (waitsFor) => {
    const isHidden = waitsFor === undefined ? !isTold : waitsFor.why === 'right' && witness() !== undefined;
    if (isHidden) return;
    isTold = waitsFor !== undefined;
    tell(waitsFor);
  };
}
