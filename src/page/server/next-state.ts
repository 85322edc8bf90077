import type { ConnectionStep, FileStep, OfAll, PlanStep, State } from '../state.ts';
import type { Change } from './change.ts';

/** What is known before anything was done. */
export type AtFirst = Pick<ConnectionStep, 'version' | 'runsFolder' | 'host' | 'hasKey'>;

export function firstState({ version, runsFolder, host, hasKey }: AtFirst): ConnectionStep {
  return {
    id: 1,
    version,
    runsFolder,
    isClosing: false,
    step: 'connection',
    host,
    hasKey,
    isTrying: false,
    refusal: null,
  };
}

type Of<K extends Change['is']> = Extract<Change, { readonly is: K }>;
/** What a change makes of a step; one that is not named comes too late for it. */
type Within<S> = { readonly [K in Change['is']]?: (state: S, change: Of<K>) => State };

/**
 * The one place in which the job's state changes.
 * @param atFirst what the step `connection` begins with. @returns the same state where a change comes too late.
 */
export function nextState(state: State, change: Change, atFirst: AtFirst): State {
  const next = change.is === 'connection' ? connectionAgain(state, change, atFirst) : changed(state, change);
  return next === state ? state : { ...next, id: state.id + 1 };
}

function connectionAgain(
  { isClosing }: State,
  { isTrying, refusal }: Of<'connection'>,
  atFirst: AtFirst,
): State {
  return { ...firstState(atFirst), isClosing, isTrying, refusal };
}

function changed(state: State, change: Change): State {
  const handler = toOther[change.is] ?? within[state.step][change.is];
  return handler === undefined ? state : (handler as (state: State, change: Change) => State)(state, change);
}

/** Whatever the step was before: whoever asks for it has looked. */
const toOther: Within<State> = {
  file_wanted: (state, { connection }) => ({
    ...ofAll(state),
    step: 'file',
    connection,
    upload: null,
    refusal: null,
  }),
  run: (state, { connection, run, input }) => ({
    ...ofAll(state),
    step: 'run',
    connection,
    run,
    input,
    phase: 'planning',
    isStopping: false,
    calls: null,
    waits: null,
    canary: null,
    rows: null,
  }),
  not_begun: (state, { plan }) => ({ ...plan, ...ofAll(state), step: 'plan' }),
  making: (state, { run }) => ({ ...ofAll(state), step: 'making', run, rows: { done: 0, total: null } }),
  report: (state, { report }) => ({ ...report, ...ofAll(state), step: 'report' }),
  look: (state, { connection, run }) => ({
    ...ofAll(state),
    step: 'look',
    connection,
    run,
    phase: 'connecting',
    isStopping: false,
    checks: null,
    seen: null,
  }),
  closing: (state) => ({ ...state, isClosing: true }),
};

function ofAll({ id, version, runsFolder, isClosing }: State): OfAll {
  return { id, version, runsFolder, isClosing };
}

function withFile(state: FileStep | PlanStep, { file, settings }: Of<'file'>): PlanStep {
  const { connection } = state;
  return {
    ...ofAll(state),
    step: 'plan',
    connection,
    upload: null,
    file,
    protect: state.step === 'plan' ? state.protect : null,
    settings,
    beginning: null,
    survey: { is: 'reading', rows: 0 },
    refusal: null,
  };
}

const within: { readonly [S in State['step']]: Within<Extract<State, { readonly step: S }>> } = {
  connection: {},
  file: {
    upload: (state, { upload, refusal }) => ({ ...state, upload, refusal }),
    refused: (state, { refusal }) => ({ ...state, refusal }),
    file: withFile,
  },
  plan: {
    upload: (state, { upload, refusal }) => ({ ...state, upload, refusal }),
    file: withFile,
    protect: (state, { protect }) => ({ ...state, upload: null, protect, refusal: null }),
    settings: (state, { settings }) => ({ ...state, settings, refusal: null }),
    beginning: (state, { beginning }) => ({ ...state, beginning }),
    survey: (state, { survey }) => ({ ...state, survey }),
    refused: (state, { refusal }) => ({ ...state, refusal }),
  },
  run: {
    run_named: (state, { run }) => ({ ...state, run }),
    run_phase: (state, { phase }) => ({ ...state, phase, rows: null, waits: null }),
    rows: (state, { done, total }) => ({ ...state, rows: { done, total } }),
    calls: (state, { calls, waits }) => ({ ...state, calls, waits }),
    waits: (state, { waits }) => ({ ...state, waits }),
    canary: (state, { canary }) => ({ ...state, canary }),
    stopping: (state) => ({ ...state, isStopping: true, canary: null }),
  },
  making: {
    rows: (state, { done, total }) => ({ ...state, rows: { done, total } }),
  },
  report: {
    refused: (state, { refusal }) => ({ ...state, refusal }),
  },
  look: {
    look_phase: (state, { phase }) => ({ ...state, phase }),
    checks: (state, { done, total }) => ({ ...state, checks: { done, total } }),
    seen: (state, { seen }) => ({ ...state, seen }),
    stopping: (state) => ({ ...state, isStopping: true }),
  },
};
