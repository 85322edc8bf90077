import type { Cause } from '../report/cause.ts';
import type { Summary } from '../report/summary.ts';
import type { ProblemGroup as GroupOfPlan } from '../survey/problem-groups.ts';
import type { SampleRow } from '../survey/sample-row.ts';
import type { Verification } from '../verify/verification.ts';
import type { Settings, SettingsChange } from './settings.ts';

/** Why something was not done, in the words of the command line. */
export interface Refusal {
  readonly message: string;
  /** What to do next; null where the message says it. */
  readonly hint: string | null;
  /** Settings any one of which decides what was unclear, but for apps. */
  readonly ways: readonly SettingsChange[];
}

/** Where the job stands. */
export type State = ConnectionStep | FileStep | PlanStep | RunStep | MakingStep | ReportStep | LookStep;

/** In every step. */
export interface OfAll {
  /** Grows with each change. */
  readonly id: number;
  readonly version: string;
  /** Where runs are kept: the path of a folder. */
  readonly runsFolder: string;
  /** Ctrl-C was pressed in the terminal: nothing more can be done once what is under way has ended. */
  readonly isClosing: boolean;
}

/** Who is asked, and for whom. */
export interface Connected {
  readonly host: string;
  /** Such as `user pool 65f0...`. */
  readonly identity: string | null;
  /** How many apps the key sees; null where the list could not be read. */
  readonly apps: number | null;
}

/** Host and key are asked for. */
export interface ConnectionStep extends OfAll {
  readonly step: 'connection';
  /** To begin with. */
  readonly host: string;
  /** The terminal was given a key (environment or secret file): it need not be typed, and is used where none is. */
  readonly hasKey: boolean;
  readonly isTrying: boolean;
  readonly refusal: Refusal | null;
}

/** A file is asked for. */
export interface FileStep extends OfAll {
  readonly step: 'file';
  readonly connection: Connected;
  readonly upload: Upload | null;
  readonly refusal: Refusal | null;
}

/** A file that is on its way. `size` is null where the browser did not say. */
export interface Upload {
  readonly name: string;
  readonly received: number;
  readonly size: number | null;
}

/** A file that is there. */
export interface FileGiven {
  readonly name: string;
  readonly size: number;
}

/** Columns, apps and guards are chosen, and what they come to is shown. */
export interface PlanStep extends OfAll {
  readonly step: 'plan';
  readonly connection: Connected;
  /** Another file that is on its way, in place of this one, or as the list of protected users. */
  readonly upload: Upload | null;
  readonly file: FileGiven;
  readonly protect: FileGiven | null;
  readonly settings: Settings;
  /** What its beginning looks like; null where it is no table that can be read. */
  readonly beginning: Beginning | null;
  readonly survey: Survey;
  /** Why the last Start, or the last upload, came to nothing. */
  readonly refusal: Refusal | null;
}

/** A file's format, header and first records, whichever columns are meant. */
export interface Beginning {
  readonly format: FileFormat;
  readonly header: readonly string[];
  /** The first five. */
  readonly records: readonly (readonly string[])[];
}

type FileFormat =
  | { readonly encoding: string; readonly delimiter: string }
  | { readonly sheet: string; readonly otherSheets: readonly string[] };

/** What the file comes to. */
export type Survey =
  | { readonly is: 'reading'; readonly rows: number }
  /** It cannot be read as a table of users: columns or types are unclear, and `ways` may say what to choose. */
  | { readonly is: 'refused'; readonly refusal: Refusal }
  | Ready;

export interface Ready {
  readonly is: 'ready';
  readonly plan: PlanShown;
  /** Why a run would be refused as it stands (invalid rows, too many users, nothing to send); null where Start is open. */
  readonly refusal: Refusal | null;
  /** How long it takes, in seconds; null where nobody knows. */
  readonly duration: number | null;
}

/** What is shown of a plan. */
export interface PlanShown {
  readonly input: { readonly sha256: string };
  readonly columns: {
    readonly userId: string;
    readonly userIdType: string | null;
    /** Of rows that name none; null where each row names one. */
    readonly defaultUserIdType: string | null;
    /** Null where `app-ids` gives the apps of all rows. */
    readonly appIds: string | null;
  };
  readonly rows: Readonly<Record<'total' | 'invalid' | 'skipped', number>>;
  /** What is to be typed. */
  readonly users: number;
  readonly apps: number;
  /** The first hundred, that of most users first. */
  readonly usersByApp: readonly {
    readonly appId: string;
    readonly name: string | null;
    readonly users: number;
  }[];
  readonly calls: number;
  readonly firstRows: readonly SampleRow[];
  readonly problemGroups: readonly ProblemGroup[];
  readonly warningGroups: readonly ProblemGroup[];
  /** What to look at before all else, each going on from "Look first at". */
  readonly lookFirst: readonly string[];
  /** What makes it look like the wrong file, in sentences. */
  readonly oddities: readonly { readonly message: string }[];
  readonly protect: {
    readonly name: string;
    readonly ids: number;
    /** The first hundred rows that are never sent. */
    readonly rows: readonly { readonly line: number; readonly userId: string; readonly userIdType: string }[];
  } | null;
}

export type ProblemGroup = Omit<GroupOfPlan, 'examples'>;

export interface AppNamed {
  readonly appId: string;
  readonly name: string;
}

/** Users are signed out. */
export interface RunStep extends OfAll {
  readonly step: 'run';
  readonly connection: Connected;
  /** The run folder's name; null until it has one. */
  readonly run: string | null;
  readonly input: string;
  /**
   * `planning`: copied, read and asked once more, nothing is sent. `connecting`. `calling`. `canary`: the question stands. `ended`:
   * nothing is in flight. `reporting`.
   */
  readonly phase: 'planning' | 'connecting' | 'calling' | 'canary' | 'ended' | 'reporting';
  readonly isStopping: boolean;
  readonly calls: Calls | null;
  readonly waits: Waits | null;
  readonly canary: CanaryShown | null;
  /** While `planning` and `reporting`; `total` is null where it is not known. */
  readonly rows: { readonly done: number; readonly total: number | null } | null;
}

/** How the calls of the whole run stand, earlier sessions included. */
export interface Calls extends Readonly<
  Record<'total' | 'succeeded' | 'partial' | 'failed' | 'unknown', number>
> {
  /** Attempts of this session. */
  readonly throttled: number;
  readonly elapsedMs: number;
  /** Null where it cannot be told. */
  readonly callsPerSecond: number | null;
  readonly leftMs: number | null;
}

/** Nothing is accepted, and the run waits: why, in words, and until when. */
export interface Waits {
  readonly message: string;
  readonly nextInMs: number;
  readonly givesUpInMs: number;
}

/** A point of the curve of a run. */
export interface Sample {
  /** Since the session began. */
  readonly atMs: number;
  readonly attempts: number;
  readonly throttled: number;
}

export interface CanaryShown {
  readonly users: number;
  readonly rows: { readonly total: number; readonly succeeded: number };
  readonly causes: readonly Cause[];
  /** Calls that are still to be made. */
  readonly callsLeft: number;
}

/** The report of an earlier run is being made. */
interface MakingStep extends OfAll {
  readonly step: 'making';
  readonly run: string;
  readonly rows: { readonly done: number; readonly total: number | null };
}

/** A run has ended, or an earlier one is looked at. */
export interface ReportStep extends OfAll {
  readonly step: 'report';
  /** Null while host and key were not given: then it cannot be resumed or looked after. */
  readonly connection: Connected | null;
  readonly run: RunListed;
  /** Null where the reports could not be written, as on a full disk. Else a part of `summary.json`; all of it is in `report.html`. */
  readonly summary: SummaryShown | null;
  /** Why it stopped before the end. */
  readonly stop: { readonly reason: string; readonly message: string; readonly hint: string } | null;
  /** What there is to download. */
  readonly files: readonly RunFileName[];
  /** Why the last resume or look came to nothing. */
  readonly refusal: Refusal | null;
}

export type RunFileName =
  | 'report.html'
  | 'report.csv'
  | 'retry.csv'
  | 'invalid.csv'
  | 'verification.csv'
  | 'summary.json'
  | 'run.log';

export type SummaryShown = Pick<Summary, 'ended' | 'rows' | 'verification'>;

/** Sessions are looked for. */
export interface LookStep extends OfAll {
  readonly step: 'look';
  readonly connection: Connected;
  readonly run: RunListed;
  /** `kicking`: survivors are ended once more. `waiting`: for the next look. */
  readonly phase: 'connecting' | 'looking' | 'kicking' | 'waiting' | 'reporting';
  readonly isStopping: boolean;
  /** Checks that were answered, of how many at most; null before it is known. */
  readonly checks: { readonly done: number; readonly total: number } | null;
  /** Of all looks until now. */
  readonly seen: Verification | null;
}

/** A run of the folder. */
export interface RunListed {
  /** The run folder's name. */
  readonly run: string;
  readonly createdAt: string;
  readonly input: string;
  readonly users: number;
  readonly rows: number;
  /** Whether the number of users was typed; where it was not, nothing was sent, and a resume asks for it. */
  readonly isConfirmed: boolean;
  /** Another process works on it just now. */
  readonly isGoing: boolean;
  /** `finished`, why it stopped, or `killed`; null where no report was made yet. */
  readonly ended: string | null;
  readonly succeeded: number | null;
  /** Why it cannot be read; all else is then as good as nothing. */
  readonly damage: Refusal | null;
}
