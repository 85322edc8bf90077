import type { Problem } from '../input/row.ts';
import type { PaceSettingName, SettingsChange } from './settings.ts';
import type { AppNamed, RunListed, State } from './state.ts';

/**
 * What the page in the browser and its server (`ui`) say to each other: plain data, and types of nothing else. Both sides import it; what it
 * imports itself has to do without Node.
 *
 * The server holds one {@link State}, which all tabs see; the page draws what it is told, and keeps nothing but what is being typed.
 *
 * How the steps use it:
 * - `const events = new EventSource('/api/KEY/events')`. Each message is a whole {@link State} (event `state`), which replaces the one before
 *   it; the first comes at once, so that a page which is reloaded, or whose laptop slept, is where it was. While calls are made, each
 *   `Sample` comes as an event `sample`, after all earlier ones as an event `samples` (a list, to be put in place of what is there).
 *   An `error` with `readyState` CLOSED means that the server refuses this tab (somebody asked for a new address): say so; any other
 *   passes, and the browser connects again by itself.
 * - Whatever the user does is one request below (`Requests`). JSON both ways; a body that is sent has `content-type: application/json`,
 *   but for the two uploads, whose body is the file itself (`fetch(url, { method: 'PUT', body: file })`, or XMLHttpRequest for its
 *   progress; how much has arrived is in the state as well).
 * - An answer 2xx is the new {@link State}, or what is named. 4xx is a `Refusal`, in the words of the command line: 422 by a rule, 409
 *   when it has no place in the current step (another tab was faster: draw the state), 401 without a session, 403 from elsewhere, 404,
 *   413. 500 is a bug: a `Refusal`, too.
 * - What takes time is answered at once; how it ends is in a later state: `refusal` says why it was refused.
 * - `Settings` are the flags of the command line by their names, all as text, so that the same rules check them, and messages name
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
  /** A file of a run as a download: `RunFileName`, or `folder.zip` with all of them. Use a plain link. */
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

export interface ConnectionGiven {
  /** Empty for the one given to begin with. */
  readonly host: string;
  /** Both empty for the key that the terminal was given. Never sent back. */
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

export interface ProblemPage {
  readonly total: number;
  /** So many can be asked for here; more are in `problems.csv`. */
  readonly kept: number;
  readonly from: number;
  readonly problems: readonly Problem[];
}

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
