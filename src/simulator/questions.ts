import { createActiveUsers } from './active-users.ts';
import { answers, type AnswerCircumstances, type Asked } from './answers.ts';
import { callKey } from './draw.ts';
import type { Arrival, Endpoint, Exchange, Exchanges, Subject } from './exchanges.ts';
import type { Faults } from './faults.ts';
import type { RefusalName } from './refusals.ts';
import { dataReply, noSuchCallReply, type Reply } from './replies.ts';
import type { Counts, OpenQuestion, QuestionRecord } from './request-record.ts';

export interface QuestionsOptions extends Omit<
  AnswerCircumstances,
  'faults' | 'nowMs' | 'pagesAsked' | 'activeUsers'
> {
  readonly faults: () => Faults;
  readonly counts: Counts;
  readonly exchanges: Exchanges;
  /** Records are added on arrival and completed later. */
  readonly log: QuestionRecord[] | undefined;
  readonly onQuestion: ((record: QuestionRecord) => void) | undefined;
}

/** The endpoints that tell something and change nothing. @returns whether this is one of them. */
export function createQuestions(options: QuestionsOptions): (exchange: Exchange) => boolean {
  const { seed, counts, exchanges, log, onQuestion } = options;
  const activeUsers = createActiveUsers(options.tenant, options.sessions);
  let pagesAsked = 0;

  function answer({ request, asked, language, arrivedAtMs }: Exchange): Reply | RefusalName {
    const { method, path, query } = request;
    const faults = options.faults();
    if (lacks(faults, path)) return noSuchCallReply(method, query === '' ? path : `${path}?${query}`);
    if (faults.noReading) return 'forbidden';
    if (!isAsked(asked)) return 'body';
    const circumstances = { ...options, faults, activeUsers, pagesAsked, nowMs: arrivedAtMs };
    if (path.endsWith('/list-application-active-users')) pagesAsked += 1;
    const data = answers[`${method} ${path}`]?.(asked, circumstances) ?? 'unknownPath';
    return typeof data === 'string' ? data : dataReply(language, data);
  }

  function record(arrival: Arrival, _asks: Subject, { request, asked }: Exchange): OpenQuestion {
    const opened = openQuestion(arrival, request.path, asked);
    log?.push(opened);
    return opened;
  }

  const endpoint: Endpoint<Subject, OpenQuestion> = {
    kind: 'question',
    record: log || onQuestion ? record : undefined,
    answer: (_asks, exchange) => answer(exchange),
    finish() {},
    recorded: (opened) => onQuestion?.(opened),
  };

  return (exchange) => {
    const { request, asked } = exchange;
    if (!Object.hasOwn(answers, `${request.method} ${request.path}`)) return false;
    counts.questions += 1;
    const key = callKey(seed, request.path, JSON.stringify(asked) ?? '');
    exchanges.run(endpoint, exchange, { user: userOf(asked), key, nth: counts.questions });
    return true;
  };
}

function lacks({ noSuchCall = [] }: Faults, path: string): boolean {
  return noSuchCall === 'all' || noSuchCall.some((name) => path === `/api/v3/${name}`);
}

function isAsked(asked: unknown): asked is Asked {
  return typeof asked === 'object' && asked !== null && !Array.isArray(asked);
}

function userOf(asked: unknown): { userId: string; userIdType: string } {
  const { userId, userIdType } = isAsked(asked) ? asked : {};
  return {
    userId: typeof userId === 'string' ? userId : '',
    userIdType: typeof userIdType === 'string' ? userIdType : 'user_id',
  };
}

function openQuestion({ arrivedAtMs, ...others }: Arrival, path: string, asked: unknown): OpenQuestion {
  return { arrivedAtMs, path, asked, ...others };
}
