import type { OffboardEvent } from '../../events.ts';
import type { report } from '../../workflow/report.ts';
import type { resume } from '../../workflow/resume.ts';
import type { run } from '../../workflow/run.ts';
import type { verify } from '../../workflow/verify.ts';
import type { ProvenFile } from '../../files/proven-file.ts';
import type { App } from '../../input/cell/known-apps.ts';
import type { Credentials } from '../../settings/credentials.ts';
import type { NetworkOptions } from '../../settings/network.ts';
import type { ServerOptions } from '../../settings/server-options.ts';
import type { Plan } from '../../survey/plan.ts';
import type { Known } from '../../workflow/check.ts';
import type { ConnectionGiven } from '../api.ts';
import type { Sample, State } from '../state.ts';
import type { Change } from './change.ts';
import type { Options } from './given-settings.ts';
import { firstState, nextState, type AtFirst } from './next-state.ts';
import { createSamples, type Samples } from './samples.ts';

/** What reaches a server. */
export interface Reach {
  readonly server: ServerOptions;
  readonly credentials: Credentials;
  readonly network: NetworkOptions;
}

/** What the process around the job does for it. */
export interface Surroundings extends AtFirst {
  /** What was given on the page, as the command line takes it. @throws {UserError} in its words. */
  reachOf(given: ConnectionGiven): Reach;
  /** Listens to a run as the command line does, for its log; told of the end with undefined. */
  watch(event: OffboardEvent | undefined): void;
  /** How runs are made, gone on with, reported and verified: here, or with other machines. */
  readonly workflow: {
    readonly run: typeof run;
    readonly resume: typeof resume;
    readonly report: typeof report;
    readonly verify: typeof verify;
  };
  /** A bug; the terminal tells of it. */
  onBug(error: unknown): void;
}

/** A file that was given on the page, in a private folder of its own. */
export interface Kept {
  readonly name: string;
  readonly proven: ProvenFile;
  remove(): Promise<void>;
}

/** What is under way, and what ends it. */
export interface Work {
  readonly stop: AbortController;
  readonly abort: AbortController;
}

/** What was found of a file. */
export interface Checked {
  readonly plan: Plan;
  readonly known: Known;
  /** As fast the last long run at this host went; undefined where there is none. */
  readonly callsPerSecond: number | undefined;
}

/** What the state does not show: files, secrets, and what is to be called. Lives as long as the process. */
interface Memory {
  reach: (Reach & { readonly apps: readonly App[] | undefined }) | undefined;
  file: Kept | undefined;
  protect: Kept | undefined;
  options: Options | undefined;
  checked: Checked | undefined;
  survey: { readonly stop: AbortController; done: Promise<void> } | undefined;
  work: Work | undefined;
  answerCanary: ((goOn: boolean) => void) | undefined;
}

/** One job, whoever looks at it: what it is, and what happens to it. */
export interface Job {
  readonly state: State;
  readonly surroundings: Surroundings;
  readonly memory: Memory;
  readonly samples: Samples;
  tell(change: Change): void;
  /** Does something that no request waits for. Its errors are bugs. */
  inBackground(doing: () => Promise<void>): Promise<void>;
  /** Resolves when nothing of that kind is under way. */
  idle(): Promise<void>;
}

/** @param onState, onSample told in the moment in which it changes. */
export function createJob(
  surroundings: Surroundings,
  onState: () => void,
  onSample: (sample: Sample) => void,
): Job {
  let state: State = firstState(surroundings);
  const underWay = new Set<Promise<void>>();
  return {
    get state() {
      return state;
    },
    surroundings,
    memory: {
      reach: undefined,
      file: undefined,
      protect: undefined,
      options: undefined,
      checked: undefined,
      survey: undefined,
      work: undefined,
      answerCanary: undefined,
    },
    samples: createSamples(onSample),
    tell(change) {
      const next = nextState(state, change, surroundings);
      if (next === state) return;
      state = next;
      onState();
    },
    inBackground(doing) {
      const done = doing()
        .catch((error: unknown) => surroundings.onBug(error))
        .finally(() => underWay.delete(done));
      underWay.add(done);
      return done;
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** What was found of a file does not hold any more. */
export function forgetChecked({ memory }: Job): void {
  memory.checked?.known.close();
  memory.checked = undefined;
}

export function beginWork({ memory }: Job): Work {
  const work = { stop: new AbortController(), abort: new AbortController() };
  memory.work = work;
  return work;
}

/** The first call is Ctrl-C pressed once; `now` is the second time. */
export function stopWork({ memory, tell }: Job, now: boolean): void {
  const { work, answerCanary } = memory;
  if (work === undefined) return;
  work.stop.abort();
  if (now) work.abort.abort();
  answerCanary?.(false);
  tell({ is: 'stopping' });
}
