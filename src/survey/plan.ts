import type { Format } from '../input/text/format.ts';
import type { LineTally } from '../input/read-rows.ts';
import type { UserIdType } from '../input/words/user-id-type.ts';
import type { Canary } from './canary.ts';
import type { LookedUp } from './looked-up.ts';
import type { NamedApps } from './named-apps.ts';
import type { Oddity } from './oddities.ts';
import type { PlanSummary } from './plan-summary.ts';
import type { NamedProtectedRow } from './protected-rows.ts';
import type { SampleRow } from './sample-row.ts';

/** What a file asks for, and which file it is. */
export interface Plan extends Omit<PlanSummary, keyof NamedApps>, NamedApps {
  readonly input: { readonly name: string; readonly size: number; readonly sha256: string };
  readonly format: Format;
  /** The header's names of the columns in use. */
  readonly columns: {
    readonly userId: string;
    readonly userIdType: string | null;
    /** Of rows that name none; null where each row has to name one. */
    readonly defaultUserIdType: UserIdType | null;
    readonly appIds: string | null;
    /** Kept for the report, and not looked at. */
    readonly others: readonly string[];
  };
  /** Records whose cells are all empty: passed over. */
  readonly emptyRecords: number;
  /** What became of each line of the file; null for a workbook. */
  readonly lines: LineTally | null;
  /** Rows of a sheet that are passed over, as a table says that they hold its totals. */
  readonly totalRows: readonly number[];
  /** The first few valid rows. */
  readonly firstRows: readonly SampleRow[];
  /** The list of protected users, and the first thousand of the rows that are never sent because of it; null without a list. */
  readonly protect: {
    readonly name: string;
    readonly sha256: string;
    readonly ids: number;
    readonly rows: readonly NamedProtectedRow[];
  } | null;
  /** Who is signed out first when a canary is asked for; null without one, or when nobody would follow. */
  readonly canary: Canary | null;
  /** What GenAuth says of the users; null where they were not looked up. */
  readonly lookedUp: LookedUp | null;
  /** What makes the file look like the wrong one. */
  readonly oddities: readonly Oddity[];
}

/** What is told while a file is surveyed. */
export type SurveyEvent =
  /** The whole file is being read, and how many rows it has is not known before its end; left out on a resume, and so is `checked`. */
  { readonly type: 'checking'; readonly rows: number } | { readonly type: 'checked'; readonly plan: Plan };
