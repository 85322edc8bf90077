import type { Problem } from '../input/row.ts';
import type { Cause } from '../report/cause.ts';
import type { Summary } from '../report/summary.ts';
import type { ProblemGroup as GroupOfPlan } from '../survey/problem-groups.ts';
import type { SampleRow } from '../survey/sample-row.ts';
import type { Verification } from '../verify/verification.ts';

/**
 * What the page in the browser and its server (`ui`) say to each other: plain data, and types of nothing else. Both sides import it; what it
 * imports itself has to do without Node.
 *
 * The server holds one {@link State}, which all tabs see; the page draws what it is told, and keeps nothing but what is being typed.
 *
 * How the steps use it:
 * - `const events = new EventSource('/api/KEY/events')`. Each message is a whole {@link State} (event `state`), which replaces the one before
 *   it; the first comes at once, so that a page which is reloaded, or whose laptop slept, is where it was. While calls are made, each
 *   {@link Sample} comes as an event `sample`, after all earlier ones as an event `samples` (a list, to be put in place of what is there).
 *   An `error` with `readyState` CLOSED means that the server refuses this tab (somebody asked for a new address): say so; any other
 *   passes, and the browser connects again by itself.
 * - Whatever the user does is one request below (`Requests`). JSON both ways; a body that is sent has `content-type: application/json`,
 *   but for the two uploads, whose body is the file itself (`fetch(url, { method: 'PUT', body: file })`, or XMLHttpRequest for its
 *   progress; how much has arrived is in the state as well).
 * - An answer 2xx is the new {@link State}, or what is named. 4xx is a {@link Refusal}, in the words of the command line: 422 by a rule, 409
 *   when it has no place in the current step (another tab was faster: draw the state), 401 without a session, 403 from elsewhere, 404,
 *   413. 500 is a bug: a `Refusal`, too.
 * - What takes time is answered at once; how it ends is in a later state: `refusal` says why it was refused.
 * - {@link Settings} are the flags of the command line by their names, all as text, so that the same rules check them, and messages name
 *   them as they are called there. To change one PATCH it; null takes it back. A `Refusal` may bring `ways`: settings any one of which
 *   decides; offer each as a button that PATCHes it.
 * - All data stands under `/api/KEY/`, where the key is what the page was opened with; it is left away in the names below.
 * - The page is `dist/page/ui.html`, served as `/`; scripts, styles and pictures beside it by their names. Its CSP is `default-src 'none'` with
 *   `'self'` for scripts, styles, pictures and connections: nothing inline, be it a style attribute.
 * - All texts that came from a file or from GenAuth (names, cells, messages) are as they were: draw them as text, and show what is
 *   invisible in them.
 */

/** Method and path, with what is sent and what comes back. `:run` and `:file` are encoded by `encodeURIComponent`. */
export interface Requests {
  /** Tries the key at once; then the step `file`. In the step `connection`. */
  readonly 'POST /api/connection': Answer<ConnectionGiven, State>;
  /** The file, as it is. `?name=` is its name. In the step `file` or `plan` (in place of the one before). */
  readonly 'PUT /api/file': Answer<Blob, State>;
  /** The list of protected users, likewise. In the step `plan`. */
  readonly 'PUT /api/protect': Answer<Blob, State>;
  readonly 'DELETE /api/protect': Answer<undefined, State>;
  /** Changes settings, and reads the file again where they bear on it, or where it was refused: `{}` tries once more. In the step `plan`. */
  readonly 'PATCH /api/settings': Answer<SettingsChange, State>;
  /** Signs out. `users`: what was typed, the number of users. In the step `plan`, once it is `ready`. */
  readonly 'POST /api/start': Answer<{ readonly users: string }, State>;
  /** The answer to the question after the canary. In the step `run`, while `canary` is there. */
  readonly 'POST /api/canary': Answer<{ readonly goOn: boolean }, State>;
  /** Ctrl-C: nothing new goes out, and what is in flight ends. With `now` that is given up, too. In `run`, `look` and `making`. */
  readonly 'POST /api/stop': Answer<{ readonly now?: boolean }, State>;
  /** Back to an earlier step while nothing is under way: `connection` forgets the key, `file` the file. From `report`: another job. */
  readonly 'POST /api/step': Answer<{ readonly step: 'connection' | 'file' }, State>;
  /** Goes on with the run of the step `report`. `users`: typed, only where `run.isConfirmed` is false. Needs a connection. */
  readonly 'POST /api/resume': Answer<ResumeGiven, State>;
  /** Looks for the sessions of the run of the step `report`. Needs a connection. */
  readonly 'POST /api/verify': Answer<VerifyGiven, State>;
  /** Earlier runs of the folder, the newest first. In any step. */
  readonly 'GET /api/runs': Answer<undefined, readonly RunListed[]>;
  /** Makes the report of a run again and shows it: the step `report`. While nothing is under way. */
  readonly 'POST /api/runs/:run/report': Answer<undefined, State>;
  /** A file of a run as a download: {@link RunFileName}, or `folder.zip` with all of them. Use a plain link. */
  readonly 'GET /api/runs/:run/files/:file': Answer<undefined, Blob>;
  /** Of the plan, in the order of the file. `?from=0&count=100`. */
  readonly 'GET /api/problems': Answer<undefined, ProblemPage>;
  /** As downloads: all problems and warnings in a table, and a copy of the file with the proposed repairs. Use a plain link. */
  readonly 'GET /api/problems.csv': Answer<undefined, Blob>;
  readonly 'GET /api/repaired.csv': Answer<undefined, Blob>;
  /** All apps that the key sees. */
  readonly 'GET /api/apps': Answer<undefined, readonly AppNamed[]>;
}

interface Answer<Sent, Got> {
  readonly sent: Sent;
  readonly got: Got;
}

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

export interface ConnectionGiven {
  /** Empty for the one given to begin with. */
  readonly host: string;
  /** Both empty for the key that the terminal was given. Never sent back. */
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
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

/** Flags of the command line, without dashes. Text, or true where the flag takes no value. */
export type Settings = Readonly<Partial<Record<SettingName, string | true>>>;
export type SettingsChange = Readonly<Partial<Record<SettingName, string | true | null>>>;

/** Of `run --help`. `app-ids` has IDs or names with commas between them, or `all`; `delimiter` is `comma`, `semicolon`, `tab` or `pipe`.
 * Without `look-up` and `no-look-up` users are looked up where they are few. */
export type SettingName = PlanSettingName | GuardSettingName | PaceSettingName;

/** These decide what the calls are: a change reads the file again. */
type PlanSettingName =
  | 'user-id-column'
  | 'user-id-type-column'
  | 'app-ids-column'
  | 'sheet'
  | 'encoding'
  | 'delimiter'
  | 'user-id-type'
  | 'app-ids'
  | 'look-up'
  | 'no-look-up'
  | 'skip-invalid'
  | 'phone-country'
  | 'allow-damaged-ids';

type GuardSettingName = 'max-users' | 'canary' | 'stop-after-failures' | 'expect-sha256';

type PaceSettingName = 'concurrency' | 'rate' | 'retries' | 'timeout' | 'give-up-after';

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

export interface ProblemPage {
  readonly total: number;
  /** So many can be asked for here; more are in `problems.csv`. */
  readonly kept: number;
  readonly from: number;
  readonly problems: readonly Problem[];
}

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

export interface ResumeGiven {
  readonly retryFailed?: boolean;
  readonly users?: string;
  readonly settings?: Readonly<Partial<Record<PaceSettingName | 'stop-after-failures', string>>>;
}

/** Flags of `verify`: `{ rekick: true, watch: '2h' }`. */
export interface VerifyGiven {
  readonly settings?: Readonly<Partial<Record<'max-checks' | 'watch' | 'every', string>>> & {
    readonly rekick?: true;
  };
}

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
