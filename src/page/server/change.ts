import type { Verification } from '../../verify/verification.ts';
import type { Settings } from '../settings.ts';
import type {
  Beginning,
  Calls,
  CanaryShown,
  Connected,
  FileGiven,
  OfAll,
  Refusal,
  ReportStep,
  RunListed,
  RunStep,
  LookStep,
  PlanStep,
  Survey,
  Upload,
  Waits,
} from '../state.ts';

/** All that can happen to the job. One that does not fit the step comes too late, and changes nothing. */
export type Change =
  /** A key is tried, or was refused, or is to be given anew. */
  | { readonly is: 'connection'; readonly isTrying: boolean; readonly refusal: Refusal | null }
  /** A file is to be given. */
  | { readonly is: 'file_wanted'; readonly connection: Connected }
  | { readonly is: 'upload'; readonly upload: Upload | null; readonly refusal: Refusal | null }
  /** A file is there. */
  | { readonly is: 'file'; readonly file: FileGiven; readonly settings: Settings }
  | { readonly is: 'protect'; readonly protect: FileGiven | null }
  | { readonly is: 'settings'; readonly settings: Settings }
  | { readonly is: 'beginning'; readonly beginning: Beginning | null }
  | { readonly is: 'survey'; readonly survey: Survey }
  /** What was wanted came to nothing. */
  | { readonly is: 'refused'; readonly refusal: Refusal }
  /** A run begins, or goes on. */
  | {
      readonly is: 'run';
      readonly connection: Connected;
      readonly run: string | null;
      readonly input: string;
    }
  | { readonly is: 'run_named'; readonly run: string }
  | { readonly is: 'run_phase'; readonly phase: RunStep['phase'] }
  | { readonly is: 'look_phase'; readonly phase: LookStep['phase'] }
  | { readonly is: 'rows'; readonly done: number; readonly total: number | null }
  | { readonly is: 'calls'; readonly calls: Calls; readonly waits: Waits | null }
  | { readonly is: 'waits'; readonly waits: Waits | null }
  | { readonly is: 'canary'; readonly canary: CanaryShown | null }
  | { readonly is: 'stopping' }
  /** The run was refused before its first call, and the plan stands as it did. */
  | { readonly is: 'not_begun'; readonly plan: PlanOfStep }
  | { readonly is: 'making'; readonly run: string }
  | { readonly is: 'report'; readonly report: ReportOfStep }
  | { readonly is: 'look'; readonly connection: Connected; readonly run: RunListed }
  | { readonly is: 'checks'; readonly done: number; readonly total: number }
  | { readonly is: 'seen'; readonly seen: Verification }
  /** Ctrl-C in the terminal. */
  | { readonly is: 'closing' };

/** What a step shows, apart from what every step does. */
type OwnPart<T> = Omit<T, keyof OfAll | 'step'>;
type PlanOfStep = OwnPart<PlanStep>;
export type ReportOfStep = OwnPart<ReportStep>;
